// The account page: a user changes their own display name and email address, and ends their own sessions.
import type { Page } from "@playwright/test";
import { Filled } from "./people";
import { at, enter, expect, open, scripted, test } from "./support";

test.use({ refusals: [401, 409, 422] });

const sessions = (page: Page) => page.getByRole("region", { name: "Active sessions" }).getByRole("listitem");

/** Creates a workspace, signs its owner in and opens the account page. Returns the workspace's name. */
async function account(page: Page): Promise<string> {
  const { name } = await Filled.workspace();
  await enter(page, name);
  await open(page, at(name, "/account"));
  return name;
}

async function isOut(page: Page) {
  await page.getByRole("link", { name: "Members", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Sign in to");
}

test("a user changes their own display name and email address", async ({ page }) => {
  const name = await account(page);
  await page.fill("[name=displayName]", "Grace Hopper");
  await page.fill("[name=email]", "grace@example.com");
  await page.getByRole("button", { name: "Save profile" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Profile saved." })).toBeVisible();
  await expect(page.locator("[name=displayName]")).toHaveValue("Grace Hopper");
  await open(page, at(name, "/members"));
  await expect(page.getByRole("table").getByText("Grace Hopper")).toBeVisible();
});

test("an invalid email address is reported beside its field, and the typed name stays", async ({ page }) => {
  await account(page);
  await page.fill("[name=displayName]", "Grace Hopper");
  await page.fill("[name=email]", "nowhere");
  await page.getByRole("button", { name: "Save profile" }).click();
  await expect(page.getByRole("alert")).toContainText("Your profile was not saved.");
  await expect(page.locator("#email-error")).toContainText("Enter an email address");
  await expect(page.locator("[name=email]")).toHaveValue("nowhere");
  await expect(page.locator("[name=displayName]")).toHaveValue("Grace Hopper");
});

test("a name that is too long is not cut, and the page says how many characters are too many", async ({ page }) => {
  await account(page);
  const long = "x".repeat(90);
  await page.locator("[name=displayName]").pressSequentially(long);
  if (scripted()) await expect(page.locator("#displayName-error")).toHaveText("10 characters too many. The limit is 80.");
  await page.getByRole("button", { name: "Save profile" }).click();
  await expect(page.locator("#displayName-error")).toContainText("1 to 80 characters");
  await expect(page.locator("[name=displayName]")).toHaveValue(long);
});

test("a lost device is signed out from another device", async ({ page, another }) => {
  const lost = await another();
  const name = await account(page);
  await enter(lost, name);
  await open(page, at(name, "/account"));
  const other = sessions(page).filter({ hasNotText: "This device" }).filter({ hasText: "Chrome" });
  await expect(sessions(page).filter({ hasText: "This device" })).toHaveCount(1);
  await expect(other).toHaveCount(1);
  await other.getByRole("button", { name: "Sign out Chrome" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Session ended." })).toBeVisible();
  await expect(other).toHaveCount(0);
  await isOut(lost);
});

test("all other sessions are ended at once, and the present one stays", async ({ page, another }) => {
  const name = await account(page);
  const others = [await another(), await another()];
  for (const other of others) await enter(other, name);
  await open(page, at(name, "/account"));
  await page.getByRole("button", { name: "Sign out everywhere else" }).click();
  await expect(page.getByRole("status").filter({ hasText: "All other sessions ended." })).toBeVisible();
  await expect(sessions(page)).toHaveCount(1);
  await expect(page.getByRole("button", { name: "Sign out everywhere else" })).toHaveCount(0);
  for (const other of others) await isOut(other);
});
