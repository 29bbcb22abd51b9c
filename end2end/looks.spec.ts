// Every page as a user sees it: empty, full, and with errors. axe finds no fault in the light and the dark scheme. No page is
// wider than the window of a computer or a phone. The spec keeps pictures of all pages.
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { pathOf, pictureOf, sitePages, workspacePages } from "./pages";
import { Filled, lively } from "./people";
import { at, enter, expect, fresh, open, password, scripted, signIn, signUp, test } from "./support";

const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

test.use({ refusals: [400, 401, 403, 404, 409, 422] });
test.describe.configure({ timeout: 90_000 }); // some tests look at forty pages

async function look(page: Page, name: string) {
  // The colours do not depend on JavaScript, so one scheme is enough without it.
  for (const scheme of scripted() ? (["light", "dark"] as const) : (["light"] as const)) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await violations(page), `${name}, ${scheme}, ${width} px`).toEqual([]);
      const script = scripted() ? "" : "-no-js";
      const path = `${__dirname}/screenshots/${name}-${width}-${scheme}${script}.png`;
      await page.screenshot({ path, fullPage: !name.startsWith("dialog") });
    }
  }
}

/** Returns the faults of the page. Without JavaScript it checks only the width, because axe is a script. */
async function violations(page: Page): Promise<string[]> {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  const found = wide > 0 ? [`${wide} px too wide`] : [];
  return scripted() ? [...found, ...(await inaccessible(page))] : found;
}

async function inaccessible(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await (globalThis as any).axe.run();
    return violations.map((v: any) => `${v.id}: ${v.nodes.map((n: any) => n.html).join(" ")}`);
  });
}

/** Checks pages of one host. `pages` maps the name of the picture to the path. */
async function lookAt(page: Page, url: (path: string) => string, pages: Record<string, string>) {
  for (const [name, path] of Object.entries(pages)) {
    await open(page, url(path));
    await look(page, name);
  }
}

/** Fills in the page's form, sends it, and checks the page with its errors. */
async function lookRefused(page: Page, name: string, fields: Record<string, string>, button: string) {
  for (const [field, text] of Object.entries(fields)) await page.fill(`[name=${field}]`, text);
  await page.getByRole("button", { name: button }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await look(page, name);
}

test("the base host's pages", async ({ page }) => {
  await lookAt(page, (path) => path, {
    ...Object.fromEntries(sitePages.map((one) => [pictureOf(one, "home"), one.path])),
    "find-error": "/find?name=no-such-workspace", "not-found": "/no-such-page", "unknown-tenant": at("nobody-has-this"), "api-docs": "/api/docs",
  });
  await open(page, "/sign-up");
  await lookRefused(page, "sign-up-error", { tenant: "admin", username: "Ada Lovelace", email: "ada", password: "short" }, "Create");
});

/** The pages of the table that need a session: those about one member, or all others. */
const inside = (isAboutOne: boolean) =>
  workspacePages.filter(({ access, path }) => access !== "open" && path.includes(":user") === isAboutOne);

test("a new workspace's pages", async ({ page }) => {
  const { name } = await Filled.workspace();
  await open(page, at(name));
  await look(page, "sign-in");
  await enter(page, name);
  const pages = inside(false).map((one) => [pictureOf(one, "dashboard"), one.path]);
  await lookAt(page, (path) => at(name, path), Object.fromEntries(pages));
});

test("a lively workspace's pages", async ({ page }) => {
  const firm = await lively();
  await enter(page, firm.name);
  await lookAt(page, (path) => at(firm.name, path), {
    "dashboard-full": "/", "members-full": "/members", "members-none": "/members?q=nobody", "activity-full": "/activity",
    "account-full": "/account",
  });
});

test("a member's page, and its questions", async ({ page }) => {
  const acme = await Filled.workspace();
  const [{ user }] = await acme.add({ username: "ada", displayName: "Ada Lovelace", email: "ada@example.com", password });
  await enter(page, acme.name);
  const hers = at(acme.name, `/members/${user.id}`);
  const pages = inside(true).map((one) => [pictureOf(one, ""), pathOf(one, user.id)]);
  await lookAt(page, (path) => at(acme.name, path), Object.fromEntries(pages));
  if (scripted()) {
    const settings = at(acme.name, "/settings");
    for (const [name, url, link] of [
      ["remove", hers, "Remove"], ["reset", hers, "Reset"], ["everyone", settings, "Sign everyone"], ["delete", settings, "Delete"],
    ]) {
      await open(page, url);
      await page.getByRole("link", { name: link }).click();
      await expect(page.getByRole("dialog")).toBeVisible();
      await look(page, `dialog-${name}`);
    }
  }
});

test("the pages of a new member's first sign-in", async ({ page, another }) => {
  const acme = await Filled.workspace();
  await enter(page, acme.name);
  await open(page, at(acme.name, "/members/new"));
  await page.fill("[name=username]", "ada");
  await page.getByRole("button", { name: "Add member" }).click();
  await page.locator(".secret").waitFor();
  await look(page, "member-one-time");
  const theirs = await another();
  await open(theirs, at(acme.name));
  await signIn(theirs, "ada", await page.locator(".secret").innerText());
  await theirs.waitForURL(at(acme.name, "/account"));
  await open(theirs, theirs.url());
  await look(theirs, "account-one-time");
});

test("the pages and the errors that a member sees", async ({ page }) => {
  const acme = await Filled.workspace();
  await acme.add({ username: "ada", displayName: "Ada Lovelace", password });
  await open(page, at(acme.name, "/account"));
  await lookRefused(page, "sign-in-error", { username: "ada", password: "wrong password" }, "Sign in");
  await enter(page, acme.name, "ada");
  await lookAt(page, (path) => at(acme.name, path), {
    "dashboard-member": "/", "members-refused": "/members", "workspace-not-found": "/no-such-page",
  });
  await open(page, at(acme.name, "/account"));
  await lookRefused(page, "account-error", { email: "nowhere" }, "Save profile");
  if (!scripted()) return;
  await page.fill("[name=displayName]", "x".repeat(81));
  await look(page, "account-too-long");
  await page.context().clearCookies();
  await lookRefused(page, "account-late", { displayName: "Ada King" }, "Save profile");
});

test("the errors that an owner sees", async ({ page }) => {
  const acme = await Filled.workspace();
  const [{ user }] = await acme.add({ username: "ada", displayName: "Ada Lovelace", email: "ada@example.com", password });
  await enter(page, acme.name);
  await open(page, at(acme.name, "/members/new"));
  await lookRefused(page, "member-new-error", { username: "ada", email: "nowhere" }, "Add member");
  await open(page, at(acme.name, `/members/${user.id}`));
  await lookRefused(page, "member-error", { displayName: "x".repeat(81), email: "nowhere" }, "Save the changes");
  await open(page, at(acme.name, "/settings"));
  await lookRefused(page, "settings-error", { displayName: "x".repeat(81) }, "Save the name");
  await open(page, at(acme.name, "/settings/delete"));
  await lookRefused(page, "settings-delete-error", { name: "another" }, "Delete this workspace");
  await lookAt(page, (path) => at(acme.name, path), { "member-not-found": "/members/nobody" });
});

test("the page of the API", async ({ page }) => {
  test.slow(); // the page is long, so its pictures take time
  await open(page, "/api/docs");
  await look(page, "api-docs");
});

test("long names fit", async ({ page }) => {
  const long = `${fresh("w")}-${"x".repeat(40)}`.slice(0, 40).replace(/-$/, "x");
  await signUp(page, long, "u".repeat(64));
  await look(page, "dashboard-long");
  await open(page, at(long, "/settings"));
  await page.fill("[name=displayName]", "W".repeat(80));
  await page.getByRole("button", { name: "Save the name" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Workspace name saved." })).toBeVisible();
  await look(page, "settings-long");
  await lookAt(page, (path) => at(long, path), { "account-long": "/account", "members-long": "/members" });
});
