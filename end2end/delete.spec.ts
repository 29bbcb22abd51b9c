// An owner deletes a workspace. To confirm it, they type its name.
import type { Page } from "@playwright/test";
import { Filled } from "./people";
import { at, enter, expect, open, password, port, settled, test } from "./support";

test.use({ refusals: [400, 401, 422, 503] });

const base = `http://localhost:${port}`;
const asking = (page: Page) => page.locator("dialog[open], .asking");

/** Opens the question whether to delete: a dialog with JavaScript, a page without. */
async function asked(page: Page, name: string) {
  await open(page, at(name, "/settings"));
  await page.getByRole("region", { name: "Delete this workspace" }).getByRole("link", { name: "Delete this workspace" }).click();
  await settled(page);
  await expect(asking(page).getByRole("heading")).toHaveText("Delete this workspace?");
}

async function typed(page: Page, text: string) {
  await asking(page).locator("[name=name]").fill(text);
  await asking(page).getByRole("button", { name: "Delete this workspace" }).click();
}

test("a wrong name deletes nothing, is reported beside its field, and stays in the field", async ({ page }) => {
  const { name } = await Filled.workspace();
  await enter(page, name);
  await asked(page, name);
  for (const text of [`${name}x`, ""]) {
    await typed(page, text);
    await expect(asking(page).getByRole("alert")).toContainText("Nothing was deleted.");
    await expect(asking(page).locator("#name-error")).toContainText(`Type the workspace's name, ${name}, to delete it.`);
    await expect(asking(page).locator("[name=name]")).toHaveValue(text);
  }
  await asking(page).getByText("Cancel").click();
  await expect(asking(page)).toHaveCount(0);
  await expect(page).toHaveURL(at(name, "/settings"));
  expect((await page.goto(at(name)))?.status()).toBe(200);
});

test("the right name deletes the workspace for all users, and leads to the base host", async ({ page, context, another }) => {
  const acme = await Filled.workspace();
  await acme.add({ username: "ada", password });
  const hers = await another();
  await enter(hers, acme.name, "ada");
  await enter(page, acme.name);
  await asked(page, acme.name);
  await expect(asking(page).getByRole("link", { name: "download the database" })).toBeVisible();
  await typed(page, acme.name);
  await page.waitForURL(`${base}/deleted`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Workspace deleted");
  const left = (await context.cookies(at(acme.name))).map((cookie) => cookie.name);
  expect(left.filter((cookie) => cookie !== "__Host-probe")).toEqual([]); // the probe says only that cookies work
  await expect.poll(async () => (await hers.goto(at(acme.name)))?.status()).toBe(400);
  await expect(hers.getByRole("main")).toContainText("Tenant does not exist");
});

test("the question as a page deletes the workspace too", async ({ page }) => {
  const { name } = await Filled.workspace();
  await enter(page, name);
  await open(page, at(name, "/settings/delete"));
  await typed(page, name.toUpperCase());
  await page.waitForURL(`${base}/deleted`);
});
