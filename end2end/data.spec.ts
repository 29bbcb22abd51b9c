// An owner downloads the workspace's database as one file.
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { Filled } from "./people";
import { at, enter, expect, open, password, test } from "./support";

test.use({ refusals: [403] });

/** Clicks the link, and returns the name and the bytes of the downloaded file. */
async function downloaded(page: Page, link: string) {
  const coming = page.waitForEvent("download");
  await page.getByRole("link", { name: link }).click();
  const download = await coming;
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

test("an owner downloads the database, and the page stays open", async ({ page }) => {
  const acme = await Filled.workspace();
  await acme.add({ username: "ada", displayName: "Ada Lovelace", password });
  await enter(page, acme.name);
  await open(page, at(acme.name, "/settings"));
  const { name, bytes } = await downloaded(page, "Download the database");
  expect(name).toMatch(new RegExp(`^${acme.name}-\\d{4}-\\d{2}-\\d{2}\\.db$`));
  expect(bytes.subarray(0, 16).toString("latin1")).toBe("SQLite format 3\0");
  expect(bytes.includes("Ada Lovelace")).toBe(true);
  expect(bytes.includes("$argon2id")).toBe(false);
  await expect(page).toHaveURL(at(acme.name, "/settings"));
});

test("an admin cannot download the database, and the page says why", async ({ page }) => {
  const acme = await Filled.workspace();
  await acme.add({ username: "ada", role: "admin", password });
  await enter(page, acme.name, "ada");
  expect((await page.goto(at(acme.name, "/settings/database")))?.status()).toBe(403);
  await expect(page.getByRole("main")).toContainText("Only owners can do this. Ask one of them.");
});
