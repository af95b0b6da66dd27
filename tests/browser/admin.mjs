// Looks at the page of admins as people do: with a keyboard, on a phone, with a wrong password, and after a long lunch.
//
//     node admin.mjs URL SCREENSHOTS     people and the path of Chromium come from the environment
//
// Prints what it has seen, one line each; ends with an error at the first thing that is not as it should be.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";

const [url, screenshots] = process.argv.slice(2);
const { CHROMIUM, PLAYWRIGHT } = process.env;
const { admin, careful, mentee, mentor } = JSON.parse(process.env.PEOPLE);
const { chromium } = createRequire(path.join(PLAYWRIGHT, "package.json"))("playwright-core");

const PATIENCE = 20_000;
const WIDE = { width: 1200, height: 900 };
const PHONES = [{ width: 390, height: 844 }, { width: 320, height: 640 }];

const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage"],
});

/** Does something on a new page, about which neither the browser nor the page may complain. */
async function visit(viewport, what) {
  const context = await browser.newContext({ viewport, locale: "en-GB", timezoneId: "Europe/Berlin" });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("dialog", (dialog) => complaints.push(`a dialog says ${dialog.message()}`));
  page.on("console", (message) => {
    // A refused request is named there by the browser itself.
    const isExpected = /status of (401|404|503)/.test(message.text());
    if (message.type() === "error" && !isExpected) complaints.push(message.text());
  });
  await page.goto(`${url}/admin`);
  await what(page);
  const stored = await page.evaluate(() => [localStorage.length, sessionStorage.length]);
  assert.deepEqual([...stored, (await context.cookies()).length], [0, 0, 0], "something is kept");
  assert.deepEqual(complaints, []);
  await context.close();
}

async function typeCredentials(page, { email, password }) {
  await page.waitForFunction(() => document.activeElement?.id === "email");
  await page.keyboard.type(email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
}

async function signIn(page, heading = "Overview") {
  await typeCredentials(page, admin);
  await page.getByRole("heading", { name: heading, exact: true }).waitFor();
  await settled(page);
}

/** Waits until nothing is under way. */
const settled = (page) => page.waitForFunction(() => document.querySelector("#status").textContent === "");

async function refused(page) {
  await page.waitForFunction(() => document.querySelector("#refused").textContent !== "");
  assert.equal(await page.locator("#views").isVisible(), false);
  assert.equal(await page.locator("#sign-in").isVisible(), true);
  return page.getByRole("alert").textContent();
}

/** Goes to a link or a button with the Tab key, however far that is. */
async function tabTo(page, name) {
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => document.activeElement?.textContent?.trim());
    if (focused === name) return;
  }
  assert.fail(`no Tab leads to ${name}`);
}

async function open(page, link, heading = link) {
  await page.getByRole("link", { name: link }).click();
  await page.getByRole("heading", { name: heading, exact: true }).waitFor();
  await settled(page);
}

/** What the cells of the row say in which this text is. */
const cells = (page, table, text) => page.locator(`${table} tbody tr`).filter({ hasText: text }).locator("td").allTextContents();

/** Asks the platform beside the page. */
const send = (method, where, body) => fetch(`${url}${where}`, {
  method,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

/** Sets the clock of the platform some minutes ahead; none brings it back. */
const goOn = (minutes) => send("PUT", "/dev/clock", { now: minutes ? new Date(Date.now() + minutes * 60_000).toISOString() : null });

/** Does something that signs out, and looks whether the platform knows of it. */
async function endsLogin(page, what) {
  const answered = page.waitForResponse((answer) => answer.url().endsWith("/api/auth/logout"));
  await what();
  const answer = await answered;
  assert.equal(answer.status(), 204);
  const { refresh_token } = answer.request().postDataJSON();
  assert.equal((await send("POST", "/api/auth/refresh", { refresh_token })).status, 401, "the login goes on");
}

async function refusesAWrongPassword() {
  await visit(WIDE, async (page) => {
    await typeCredentials(page, { ...admin, password: "Wrong-Passw0rd!" });
    assert.match(await refused(page), /password/i);
  });
  return "a wrong password is refused in words";
}

async function refusesWhoIsNoAdmin() {
  await visit(WIDE, async (page) => {
    await endsLogin(page, () => typeCredentials(page, mentee));
    assert.equal(await refused(page), "This page is for admins.");
  });
  return "whoever is no admin is signed out again";
}

async function refusesWhileItCannotBeReady() {
  await visit(WIDE, async (page) => {
    await page.route("**/api/matching/programs?*", (route) => route.fulfill({ status: 503, json: { message: "Later." } }));
    await endsLogin(page, () => typeCredentials(page, admin));
    assert.equal(await refused(page), "Later.");
  });
  return "nobody stays signed in behind the form";
}

async function asksForASecondFactor() {
  await visit(WIDE, async (page) => {
    assert.equal(await page.locator("#totp").isVisible(), false);
    await typeCredentials(page, careful);
    await page.waitForFunction(() => document.activeElement?.id === "totp");
    await page.keyboard.type(careful.totp);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Overview" }).waitFor();
  });
  return "a second factor is asked for where there is one";
}

async function showsWhatThereIs() {
  await visit(WIDE, async (page) => {
    await signIn(page);
    const figures = await page.locator("#figures div").allTextContents();
    assert.ok(figures.includes("Booked1") && figures.includes("Completed1"), figures.join(", "));
    const sizes = await page.locator("#volume td").evaluateAll((bars) => bars.map((bar) => bar.style.getPropertyValue("--size")));
    assert.deepEqual([sizes.length, sizes.filter((size) => size === "1").length], [30, 1]);
    assert.equal(await page.locator("#volume tr:not(.hide-label)").count(), 6);
    assert.equal(await page.locator("#ranks tr").first().textContent(), "rank 1100% of 1");
    const [who, booked, , answers, , waiting] = await cells(page, "#mentors", "Test");
    assert.deepEqual([who, booked, waiting], [mentor, "1", "0"]);
    assert.match(answers, /^\d+ min$/);
    const programs = await page.getByLabel("Program").locator("option").allTextContents();
    assert.deepEqual(programs, ["all", "Office hours", "Mentorship", "Research year"]);
    await page.screenshot({ path: path.join(screenshots, "overview-wide.png"), fullPage: true });
    await open(page, "At risk", "Matches at risk");
    const [mentorAtRisk, menteeAtRisk, , why] = await cells(page, "#at-risk", "Test");
    assert.deepEqual([mentorAtRisk, menteeAtRisk], [mentor, "zoe Test"]);
    assert.match(why, /no meeting for \d+ days/);
    assert.equal(await page.locator("main a, img").count(), 0, "a name is more than text, or leads elsewhere");
  });
  return "figures, mentors, programs and matches at risk are shown";
}

async function isUsedByKeyboard() {
  await visit(WIDE, async (page) => {
    await signIn(page);
    for (const [link, heading] of [
      ["At risk", "Matches at risk"],
      ["Jobs", "Jobs"],
      ["Dead letters", "Dead letters"],
      ["Mailbox", "Mailbox of this machine"],
    ]) {
      await tabTo(page, link);
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: heading, exact: true }).waitFor();
      await settled(page);
      assert.equal(await page.locator("nav [aria-current]").textContent(), link);
    }
    assert.ok((await page.locator("#mailbox details").count()) > 0, "no mail is shown");
    await page.reload();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  });
  return "every view is reached by keyboard";
}

async function readsOn() {
  await visit(WIDE, async (page) => {
    // Few at a time, as if there were many.
    await page.route("**/api/admin/jobs?*", (route) => route.continue({ url: route.request().url().replace("limit=50", "limit=2") }));
    await signIn(page);
    await open(page, "Jobs");
    const rows = page.locator("#jobs tbody tr");
    assert.equal(await rows.count(), 2);
    await tabTo(page, "More");
    await page.keyboard.press("Enter");
    await page.getByText("2 more, 4 in all.").waitFor();
    assert.equal(await rows.count(), 4);
    assert.equal(await rows.nth(2).evaluate((row) => row === document.activeElement), true, "new rows are gone to");
    await page.getByLabel("Status").selectOption("done");
    await page.locator("#job-filter button").click();
    await settled(page);
    const statuses = await page.locator('#jobs td[data-name="Status"]').allTextContents();
    assert.deepEqual(statuses, ["done", "done"]);
  });
  return "lists are filtered, and go on";
}

async function signsOutAfterALongLunch() {
  await visit(WIDE, async (page) => {
    await signIn(page);
    await goOn(20);
    await open(page, "Jobs");
    assert.ok((await page.locator("#jobs tbody tr").count()) > 0, "new tokens are got");
    await goOn(40);
    await endsLogin(page, () => page.getByRole("button", { name: "Sign out" }).click());
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    assert.equal(await page.locator("#jobs tbody tr").count(), 0, "what was shown is gone");
    await goOn(null);
    await signIn(page, "Jobs");
    await open(page, "Overview");
    assert.equal(await page.getByLabel("Program").locator("option").count(), 4, "options are made anew");
  });
  return "a login ends also when its access token has run out";
}

async function drawsNothingTooLate() {
  await visit(WIDE, async (page) => {
    await signIn(page);
    const caught = new Promise((resolve) => {
      page.route("**/api/admin/jobs?*", async (route) => resolve([route, await route.fetch()]));
    });
    await page.getByRole("link", { name: "Jobs" }).click();
    const [route, response] = await caught;
    assert.equal(response.status(), 200);
    await endsLogin(page, () => page.getByRole("button", { name: "Sign out" }).click());
    await route.fulfill({ response });
    await page.evaluate(() => { location.hash = ""; });
    await signIn(page);
    assert.equal(await page.locator("#jobs tbody tr").count(), 0);
  });
  return "what is answered after signing out is not drawn";
}

async function fitsPhones() {
  for (const phone of PHONES) {
    await visit(phone, async (page) => {
      await signIn(page);
      for (const view of ["overview", "at-risk", "jobs", "dead-letters"]) {
        await page.evaluate((hash) => { location.hash = hash; }, view);
        await page.locator(`#${view} h2`).waitFor();
        await settled(page);
        const tooWide = await page.evaluate(() => [document.scrollingElement, ...document.querySelectorAll(".scroll, .chart")]
          .filter((box) => box.scrollWidth > box.clientWidth)
          .map((box) => `${box.id || box.tagName} is ${box.scrollWidth} px wide`));
        assert.deepEqual(tooWide, [], `${view} at ${phone.width} px`);
        await page.screenshot({ path: path.join(screenshots, `${view}-${phone.width}.png`), fullPage: true });
      }
    });
  }
  return "every view fits a phone";
}

const looks = [
  refusesAWrongPassword,
  refusesWhoIsNoAdmin,
  refusesWhileItCannotBeReady,
  asksForASecondFactor,
  showsWhatThereIs,
  isUsedByKeyboard,
  readsOn,
  signsOutAfterALongLunch,
  drawsNothingTooLate,
  fitsPhones,
];

try {
  for (const look of looks) console.log(await look());
} finally {
  await browser.close();
}
