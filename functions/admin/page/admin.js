// The page of admins. It asks the API as any client does; what it knows of a person is gone with the page.

const byId = (id) => document.getElementById(id);
const status = byId("status");

/** The two tokens, here and nowhere else. */
let tokens = null;

/** What the API refuses a request for. */
class Refusal extends Error {
  constructor(answer) {
    const first = answer.body?.errors?.[0];
    super(answer.body?.message ?? `the server answered ${answer.status}`);
    this.code = first?.code ?? String(answer.status);
  }
}

async function send(method, path, body) {
  const headers = { accept: "application/json" };
  if (tokens) headers.authorization = `Bearer ${tokens.access_token}`;
  if (body !== undefined) headers["content-type"] = "application/json";
  const response = await fetch(path, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    credentials: "omit",
    cache: "no-store",
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  return { status: response.status, body: isJson && text ? JSON.parse(text) : null };
}

let renewal = null;

/** Gets new tokens once, however many requests need them. */
function renew() {
  renewal ??= send("POST", "/api/auth/refresh", { refresh_token: tokens.refresh_token })
    .then((answer) => {
      tokens = answer.status === 200 ? answer.body.data : null;
    })
    .finally(() => {
      renewal = null;
    });
  return renewal;
}

/** Asks the API; signs out when it no longer knows us. */
async function ask(method, path, body) {
  let answer = await send(method, path, body);
  if (answer.status === 401 && tokens) {
    await renew();
    if (tokens) answer = await send(method, path, body);
  }
  if (answer.status === 401) {
    tokens = null;
    route();
  }
  if (answer.status >= 400) throw new Refusal(answer);
  return answer.body;
}

const get = async (path) => (await ask("GET", path)).data;

// What is shown. Text that comes from people is only ever text.

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "class") made.className = value;
    else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value);
  }
  made.append(...children.map((child) => child ?? "–"));
  return made;
}

const number = new Intl.NumberFormat();
const percent = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

const count = (value) => (value == null ? "–" : number.format(value));
const share = (value) => (value == null ? "–" : percent.format(value));
const time = (value) => (value == null ? "–" : moment.format(new Date(value)));
const name = (person) => `${person.first_name} ${person.last_name}`;

/** A table of rows; each column says what it is called and what it shows of a row. */
function table(caption, columns, rows) {
  const cell = (column, row) => {
    const shown = column.of(row);
    const attributes = { "data-name": column.name };
    if (column.isNumber) attributes.class = "number";
    return element("td", attributes, ...(Array.isArray(shown) ? shown : [shown]));
  };
  return element(
    "table",
    { class: "plain" },
    element("caption", {}, rows.length ? caption : `${caption}: none`),
    element("thead", {}, element("tr", {}, ...columns.map((column) => element("th", { scope: "col" }, column.name)))),
    element("tbody", {}, ...rows.map((row) => element("tr", {}, ...columns.map((column) => cell(column, row))))),
  );
}

/** A chart that is a table: whoever cannot see it hears its rows. */
function chart(kind, title, rows) {
  const most = Math.max(...rows.map((row) => row.value), 0) || 1;
  const bar = (row) => {
    const cell = element("td", {}, element("span", { class: "data" }, row.text));
    cell.style.setProperty("--size", String(row.value / most));
    return element("tr", {}, element("th", { scope: "row" }, row.label), cell);
  };
  const many = rows.length > 40 ? " hide-data" : "";
  const labels = rows.length > 20 && kind === "column" ? ` show-${Math.ceil(rows.length / 10)}-labels` : "";
  return element(
    "table",
    { class: `charts-css ${kind} show-labels data-spacing-1 show-primary-axis${many}${labels}`, "aria-labelledby": title },
    element("tbody", {}, ...rows.map(bar)),
  );
}

function show(box, ...children) {
  box.replaceChildren(...children);
}

function say(text, isBad = false) {
  status.textContent = text;
  status.classList.toggle("bad", isBad);
}

/** Does something that takes a while, and says so; what is refused is said in its own words. */
async function during(what, work) {
  say(`${what} …`);
  try {
    await work();
    say("");
  } catch (failure) {
    say(failure instanceof Refusal ? failure.message : "The server cannot be reached. Try again.", true);
  }
}

// Views.

const period = byId("period");

function periodQuery() {
  const query = new URLSearchParams();
  for (const field of ["from", "to", "zone", "program"]) {
    if (period.elements[field].value) query.set(field, period.elements[field].value);
  }
  return query;
}

async function showOverview() {
  const query = periodQuery();
  const volumes = new URLSearchParams(query);
  volumes.set("interval", period.elements.interval.value);
  const [overview, sessions, matching, mentors] = await Promise.all([
    get(`/api/admin/analytics?${volumes}`),
    get(`/api/admin/analytics/sessions?${query}`),
    get(`/api/admin/analytics/matching?${query}`),
    get(`/api/admin/analytics/mentors?${query}`),
  ]);
  const until = overview.as_of ? `Sessions are counted until ${time(overview.as_of)}. ` : "Sessions were not counted yet. ";
  byId("as-of").textContent = `${until}Days begin in ${overview.period.zone}.`;
  const total = sessions.total;
  const figures = [
    ["Booked", count(overview.sessions_booked)],
    ["Completed", count(overview.sessions_completed)],
    ["Utilisation of mentors", share(overview.utilisation)],
    ["Rating", count(overview.session_ratings.average)],
    ["Active mentors", count(overview.active_users.mentors)],
    ["Active mentees", count(overview.active_users.mentees)],
    ["Answered within (median)", sessions.answers.median_minutes == null ? "–" : `${number.format(sessions.answers.median_minutes)} min`],
    ["Accepted", share(total.acceptance_rate)],
    ["Called off", share(total.cancel_rate)],
    ["No-shows", share(total.no_show_rate)],
  ];
  show(byId("figures"), ...figures.map(([term, value]) => element("div", {}, element("dt", {}, term), element("dd", {}, value))));
  show(byId("volume"), chart("column", "volume-title", overview.volume.map((part) => ({
    label: part.from.slice(5),
    value: part.booked,
    text: count(part.booked),
  }))));
  const statuses = ["pending", "confirmed", "completed", "declined", "cancelled", "expired", "no_show"];
  show(byId("funnel"), chart("bar", "funnel-title", statuses.map((name) => ({
    label: name.replace("_", "-"),
    value: total[name],
    text: count(total[name]),
  }))));
  const taken = (figures) => ({
    value: figures.proposed ? figures.selected / figures.proposed : 0,
    text: `${share(figures.proposed ? figures.selected / figures.proposed : null)} of ${count(figures.proposed)}`,
  });
  show(byId("ranks"), chart("bar", "ranks-title", matching.by_rank.map((row) => ({ label: `rank ${row.rank}`, ...taken(row.figures) }))));
  show(byId("bands"), chart("bar", "bands-title", matching.by_score.map((row) => ({ label: `${row.from}–${row.to}`, ...taken(row.figures) }))));
  show(byId("mentors"), mentorTable(mentors));
}

const mentorTable = (mentors) => table("Mentors, the newest first", [
  { name: "Mentor", of: name },
  { name: "Booked", isNumber: true, of: ({ sessions }) => count(sessions.confirmed + sessions.completed + sessions.no_show) },
  { name: "Utilisation", isNumber: true, of: (row) => share(row.utilisation) },
  { name: "Answers (median)", isNumber: true, of: (row) => (row.answers.median_minutes == null ? "–" : `${count(row.answers.median_minutes)} min`) },
  { name: "Rating", isNumber: true, of: (row) => count(row.rating) },
  { name: "Waiting", isNumber: true, of: (row) => count(row.load.requests_waiting) },
], mentors);

/** What speaks against a match, in a few words. */
function reason({ kind, days, rating, points }) {
  const said = {
    no_first_meeting: `no meeting for ${days} days`,
    gap: `no meeting for ${days} days`,
    low_rating: `rated ${rating}`,
    unread_messages: `messages unread for ${days} days`,
  };
  return `${said[kind] ?? kind} (−${points})`;
}

async function showAtRisk() {
  const matches = await get("/api/matching/matches?at_risk=true&limit=100");
  show(content("at-risk"), table("Matches that somebody should look after", [
    { name: "Mentor", of: (match) => name(match.mentor) },
    { name: "Mentee", of: (match) => name(match.mentee) },
    { name: "Health", isNumber: true, of: (match) => count(match.health?.score) },
    { name: "Why", of: (match) => match.health?.evidence.map(reason).join("; ") ?? "" },
    { name: "Since", of: (match) => time(match.created_at) },
  ], matches));
}

async function showJobs() {
  const query = new URLSearchParams({ limit: "50" });
  const wanted = byId("job-filter").elements.status.value;
  if (wanted) query.set("status", wanted);
  const jobs = await get(`/api/admin/jobs?${query}`);
  show(content("jobs"), table("The newest jobs", [
    { name: "Made", of: (job) => time(job.created_at) },
    { name: "Kind", of: (job) => (job.message ? `${job.kind}: ${job.message}` : job.kind) },
    { name: "Status", of: (job) => job.status },
    { name: "Progress", isNumber: true, of: (job) => `${job.progress} %` },
    { name: "Attempts", isNumber: true, of: (job) => count(job.attempts) },
    { name: "Last error", of: (job) => job.error ?? "" },
    { name: "Actions", of: (job) => job.allowed_actions.map((action) => steer(job, action)) },
  ], jobs));
}

function steer(job, action) {
  const label = action === "retry" ? "Retry" : "Cancel";
  const act = () => during(`${label} ${job.kind}`, async () => {
    if (action === "retry") {
      await ask("POST", `/api/admin/jobs/${job.id}/retry`);
    } else {
      const reason = window.prompt("Why is it called off?");
      if (!reason) return;
      await ask("POST", `/api/admin/jobs/${job.id}/cancel`, { reason });
    }
    await showJobs();
  });
  return element("button", { type: "button", class: "quiet", "aria-label": `${label} ${job.kind} of ${time(job.created_at)}`, onclick: act }, label);
}

async function showDeadLetters() {
  const queues = await get("/api/admin/dead-letters");
  const replay = (queue) => during(`Sending back what is in ${queue.queue}`, async () => {
    const back = (await ask("POST", `/api/admin/dead-letters/${queue.queue}/replay`, {})).data;
    await showDeadLetters();
    window.setTimeout(() => say(`${back.replayed} sent back, about ${back.left} left.`));
  });
  show(content("dead-letters"), table("Messages that nobody could act on", [
    { name: "Queue", of: (queue) => queue.queue },
    { name: "Dead letters", isNumber: true, of: (queue) => count(queue.dead_letters) },
    {
      name: "Actions",
      of: (queue) => (queue.dead_letters > 0
        ? element("button", { type: "button", class: "quiet", "aria-label": `Send back what is in ${queue.queue}`, onclick: () => replay(queue) }, "Send back")
        : ""),
    },
  ], queues));
}

async function showMailbox() {
  const answer = await send("GET", "/dev/mailbox");
  const mails = (answer.body ?? []).slice(0, 100).map((mail) => element(
    "details",
    {},
    element("summary", {}, `${time(mail.sent_at)} to ${mail.to}: ${mail.subject} (${mail.fate})`),
    element("pre", {}, mail.text ?? "This mail has no text."),
  ));
  show(content("mailbox"), ...(mails.length ? mails : [element("p", {}, "No mail was sent yet.")]));
}

const content = (view) => byId(view).querySelector(".content");

const views = {
  overview: showOverview,
  "at-risk": showAtRisk,
  jobs: showJobs,
  "dead-letters": showDeadLetters,
  mailbox: showMailbox,
};

// Which view it is, and who may see it.

function route() {
  const wanted = location.hash.slice(1);
  const view = tokens ? (wanted in views ? wanted : "overview") : "sign-in";
  for (const section of document.querySelectorAll("main > section")) section.hidden = section.id !== view;
  byId("views").hidden = !tokens;
  byId("sign-out").hidden = !tokens;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#${view}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (tokens) during("Loading", views[view]);
  else byId("email").focus();
}

async function signIn(event) {
  event.preventDefault();
  const form = event.target;
  const button = form.querySelector("button");
  const refused = byId("refused");
  const body = { email: form.elements.email.value, password: form.elements.password.value };
  if (form.elements.totp.value) body.totp = form.elements.totp.value;
  button.disabled = true;
  refused.textContent = "";
  try {
    const signedIn = (await ask("POST", "/api/auth/login", body)).data;
    if (signedIn.user.role !== "admin") throw new Error("This page is for admins.");
    tokens = signedIn;
    form.reset();
    byId("second-factor").hidden = true;
    await prepare();
    byId("main").focus();
    route();
  } catch (failure) {
    if (failure.code === "totp_required") byId("second-factor").hidden = false;
    refused.textContent = failure.message;
    (failure.code === "totp_required" ? form.elements.totp : form.elements.password).focus();
  } finally {
    button.disabled = false;
  }
}

async function signOut() {
  await during("Signing out", async () => {
    if (tokens) await send("POST", "/api/auth/logout", {});
  });
  tokens = null;
  for (const box of document.querySelectorAll(".content, .chart, #figures, #mentors")) show(box);
  route();
}

/** What the filters offer; and whether there is a mailbox to look into. */
async function prepare() {
  const [programs, mailbox] = await Promise.all([
    get("/api/matching/programs?limit=100"),
    send("GET", "/dev/mailbox").catch(() => ({ status: 0 })),
  ]);
  const options = programs.map((program) => element("option", { value: program.key }, program.name));
  period.elements.program.append(...options);
  document.querySelector('nav a[href="#mailbox"]').hidden = mailbox.status !== 200;
  const day = (back) => new Date(Date.now() - back * 86_400_000).toLocaleDateString("sv-SE");
  period.elements.from.value = day(29);
  period.elements.to.value = day(0);
  period.elements.zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

function again(event) {
  event.preventDefault();
  route();
}

byId("credentials").addEventListener("submit", signIn);
byId("sign-out").addEventListener("click", signOut);
period.addEventListener("submit", again);
byId("job-filter").addEventListener("submit", again);
window.addEventListener("hashchange", route);
route();
