// Searching the list of members: by a part of a name, by role and by status, page by page.
import type { Page } from "@playwright/test";
import { Filled, crowd } from "./people";
import { at, enter, expect, test } from "./support";

const rows = (page: Page) => page.getByRole("table").locator("tbody tr");
const count = (page: Page, words: string) => expect(page.getByRole("status")).toHaveText(words);

async function search(page: Page, asked: { q?: string; role?: string; status?: string }) {
  await page.getByRole("searchbox").fill(asked.q ?? "");
  await page.getByLabel("Role").selectOption(asked.role ?? "");
  await page.getByLabel("Status").selectOption(asked.status ?? "");
  await page.getByRole("button", { name: "Search" }).click();
}

test("a part of a name finds one of sixty members, and a text that is in no name finds none", async ({ page }) => {
  const acme = await Filled.workspace();
  const [closed] = await acme.add(
    { username: "zoe", displayName: "Zoë Ångström" },
    { username: "grace", email: "hopper@navy.example", role: "admin" },
    ...crowd(57),
  );
  await acme.change(closed, { disabled: true });
  await enter(page, acme.name);
  await page.getByRole("link", { name: "Members", exact: true }).click();

  await count(page, "1–50 of 60 members");
  await expect(rows(page)).toHaveCount(50);
  await page.getByRole("link", { name: "Next page" }).click();
  await expect(rows(page)).toHaveCount(10);
  await expect(page.getByRole("link", { name: "Next page" })).toHaveCount(0);
  await count(page, "51–60 of 60 members");
  await page.getByRole("link", { name: "Previous page" }).click();
  await expect(rows(page)).toHaveCount(50);
  await expect(page.getByRole("link", { name: "Previous page" })).toHaveCount(0);

  for (const [q, who] of [["gstr", "Zoë Ångström"], ["GRAC", "grace"], ["navy.ex", "grace"], ["person 42", "Person 42"]]) {
    await search(page, { q });
    await count(page, "1 member found");
    await expect(rows(page)).toContainText(who);
    await expect(page.getByRole("searchbox")).toHaveValue(q);
  }
  await search(page, { role: "admin" });
  await count(page, "1 member found");
  await search(page, { status: "disabled" });
  await expect(rows(page)).toContainText("Zoë Ångström");
  await search(page, { role: "member", status: "one-time-password" });
  await count(page, "1–50 of 57 members found");
  await page.getByRole("link", { name: "Next page" }).click();
  await expect(rows(page)).toHaveCount(7);
  await expect(page.getByLabel("Role")).toHaveValue("member");

  await search(page, { q: "100%_" });
  await count(page, "0 members found");
  await expect(page.getByRole("heading", { name: "No members match “100%_”" })).toBeVisible();
  await search(page, { role: "admin", status: "disabled" });
  await expect(page.getByRole("heading", { name: "No members match these filters" })).toBeVisible();
  await page.getByRole("link", { name: "Clear" }).click();
  await expect(page).toHaveURL(at(acme.name, "/members"));
  await count(page, "1–50 of 60 members");
  await rows(page).first().getByRole("link").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("grace");
});

test("the only member is told that there are no others", async ({ page }) => {
  const { name } = await Filled.workspace();
  await enter(page, name);
  await page.goto(at(name, "/members"));
  await count(page, "1 member");
  await expect(page.getByRole("heading", { name: "No other members yet" })).toBeVisible();
});
