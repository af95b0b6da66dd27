// Looks at the page of admins as people do: with a keyboard, on a phone, and with a wrong password first.
//
//     node admin.mjs URL SCREENSHOTS     credentials and the path of Chromium come from the environment
//
// Prints what it has seen, one line each; ends with an error at the first thing that is not as it should be.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";

const [url, screenshots] = process.argv.slice(2);
const { ADMIN_EMAIL, ADMIN_PASSWORD, CHROMIUM, PLAYWRIGHT } = process.env;
const { chromium } = createRequire(path.join(PLAYWRIGHT, "package.json"))("playwright-core");

const PATIENCE = 20_000;
const WRONG = "Wrong-Passw0rd!";

const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage"],
});

/** A page whose complaints are kept. */
async function open(viewport) {
  const context = await browser.newContext({ viewport, locale: "en-GB", timezoneId: "Europe/Berlin" });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    // A refused request is named there by the browser itself.
    const isExpected = /status of 401|404/.test(message.text());
    if (message.type() === "error" && !isExpected) complaints.push(message.text());
  });
  await page.goto(`${url}/admin`);
  return { context, page, complaints };
}

async function typeCredentials(page, password) {
  await page.waitForFunction(() => document.activeElement?.id === "email");
  await page.keyboard.type(ADMIN_EMAIL);
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
}

async function signIn(page) {
  await typeCredentials(page, ADMIN_PASSWORD);
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  await page.locator("#figures dd").first().waitFor();
}

/** Goes to a link with the Tab key, however far that is. */
async function tabTo(page, name) {
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => document.activeElement?.textContent?.trim());
    if (focused === name) return;
  }
  assert.fail(`no Tab leads to ${name}`);
}

async function kept(context, page) {
  const inPage = await page.evaluate(() => [localStorage.length, sessionStorage.length]);
  return [...inPage, (await context.cookies()).length];
}

async function refusesAWrongPassword() {
  const { context, page, complaints } = await open({ width: 1200, height: 900 });
  await typeCredentials(page, WRONG);
  const alert = page.getByRole("alert");
  await page.waitForFunction(() => document.querySelector("#refused").textContent !== "");
  assert.match(await alert.textContent(), /password/i);
  assert.equal(await page.locator("#views").isVisible(), false);
  assert.deepEqual(complaints, []);
  await context.close();
  return "a wrong password is refused in words";
}

async function isUsedByKeyboard() {
  const { context, page, complaints } = await open({ width: 1200, height: 900 });
  await signIn(page);
  const figures = await page.locator("#figures div").allTextContents();
  assert.ok(figures.some((figure) => /^Booked\d/.test(figure)), figures.join(", "));
  assert.ok((await page.locator("#volume tbody tr").count()) >= 28);
  const heights = await page.locator("#volume td").evaluateAll((cells) => cells.map((cell) => cell.style.getPropertyValue("--size")));
  assert.ok(heights.every((height) => height !== "" && Number(height) <= 1), heights.join(", "));
  await page.screenshot({ path: path.join(screenshots, "overview-wide.png"), fullPage: true });
  for (const [link, heading] of [
    ["At risk", "Matches at risk"],
    ["Jobs", "Jobs"],
    ["Dead letters", "Dead letters"],
    ["Mailbox", "Mailbox of this machine"],
  ]) {
    await tabTo(page, link);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: heading, exact: true }).waitFor();
    await page.waitForFunction(() => document.querySelector("#status").textContent === "");
    assert.equal(await page.locator("nav [aria-current]").textContent(), link);
  }
  assert.ok((await page.locator("#mailbox details").count()) > 0, "no mail is shown");
  assert.deepEqual(await kept(context, page), [0, 0, 0]);
  await page.reload();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
  return "every view is reached by keyboard, and nothing is kept";
}

async function showsJobsAndText() {
  const { context, page, complaints } = await open({ width: 1200, height: 900 });
  await signIn(page);
  await page.getByRole("link", { name: "Jobs" }).click();
  await page.locator("#jobs tbody tr").first().waitFor();
  const asked = page.waitForResponse((answer) => answer.url().includes("status=done"));
  await page.getByLabel("Status").selectOption("done");
  await page.locator("#job-filter button").click();
  await asked;
  await page.waitForFunction(() => document.querySelector("#status").textContent === "");
  const statuses = await page.locator('#jobs td[data-name="Status"]').allTextContents();
  assert.ok(statuses.every((status) => status === "done"), statuses.join(", "));
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  assert.equal(await page.locator("#jobs tbody tr").count(), 0, "what was shown is gone");
  assert.deepEqual(complaints, []);
  await context.close();
  return "jobs are listed and filtered, and gone after signing out";
}

async function fitsAPhone() {
  const { context, page, complaints } = await open({ width: 390, height: 844 });
  await signIn(page);
  for (const view of ["overview", "at-risk", "jobs", "dead-letters"]) {
    await page.evaluate((hash) => { location.hash = hash; }, view);
    await page.locator(`#${view} h2`).waitFor();
    await page.waitForFunction(() => document.querySelector("#status").textContent === "");
    const [wide, room] = await page.evaluate(() => [document.scrollingElement.scrollWidth, window.innerWidth]);
    assert.ok(wide <= room, `${view} is ${wide} px wide`);
    await page.screenshot({ path: path.join(screenshots, `${view}-phone.png`), fullPage: true });
  }
  assert.deepEqual(complaints, []);
  await context.close();
  return "every view fits a phone";
}

try {
  for (const look of [refusesAWrongPassword, isUsedByKeyboard, showsJobsAndText, fitsAPhone]) {
    console.log(await look());
  }
} finally {
  await browser.close();
}
