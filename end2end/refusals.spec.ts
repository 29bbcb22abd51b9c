// Errors are shown beside their fields, and no typed text is lost.
import { at, expect, fresh, open, password, signIn, signUp, test } from "./support";

test.use({ refusals: [400, 401, 403, 404, 409, 422] });

test("each wrong field says what to do and keeps what was typed", async ({ page }) => {
  await open(page, "/sign-up");
  await page.locator("form[action='/_fn/sign-up']").evaluate((form: HTMLFormElement) => (form.noValidate = true)).catch(() => {});
  await page.fill("[name=tenant]", "admin");
  await page.fill("[name=username]", "Ada Lovelace");
  await page.fill("[name=email]", "ada@example.com");
  await page.fill("[name=password]", "long enough for all");
  await page.getByRole("button", { name: "Create the workspace" }).click();
  await expect(page.locator("#username-error")).toContainText("letters");
  await expect(page.locator("[name=username]")).toHaveAttribute("aria-invalid", "true");
  await expect(page.locator("[name=tenant]")).toHaveValue("admin");
  await expect(page.locator("[name=username]")).toHaveValue("Ada Lovelace");
  await expect(page.locator("[name=email]")).toHaveValue("ada@example.com");
  expect(page.url()).not.toContain("long");
});

test("a taken name is reported beside the field", async ({ page }) => {
  const acme = fresh("acme");
  await signUp(page, acme);
  await open(page, "/sign-up");
  await page.fill("[name=tenant]", acme);
  await page.fill("[name=username]", "ada");
  await page.fill("[name=password]", password);
  await page.getByRole("button", { name: "Create the workspace" }).click();
  await expect(page.locator("#tenant-error")).toContainText("taken");
  await expect(page.locator("[name=username]")).toHaveValue("ada");
});

test("a wrong password and an unknown user get the same answer", async ({ page, context }) => {
  const acme = fresh("acme");
  await signUp(page, acme);
  await context.clearCookies();
  const said: string[] = [];
  for (const [name, word] of [["root", "wrong password"], ["nobody", password]]) {
    await open(page, at(acme, "/sign-in"));
    await signIn(page, name, word);
    await expect(page.getByRole("alert")).toBeVisible();
    await expect(page.locator("[name=username]")).toHaveValue(name);
    said.push(await page.getByRole("alert").innerText());
  }
  expect(said[0]).toBe(said[1]);
});

test("a wrong current password is reported beside its field", async ({ page }) => {
  const acme = fresh("acme");
  await signUp(page, acme);
  await open(page, at(acme, "/account"));
  await page.fill("[name=currentPassword]", "not my password");
  await page.fill("[name=newPassword]", "an even better horse");
  await page.getByRole("button", { name: "Change the password" }).click();
  await expect(page.locator("#currentPassword-error")).toContainText("not your current password");
});

for (const [what, url, status, words] of [
  ["an unknown name", at("nobody-has-this"), 400, "Tenant does not exist"],
  ["an invalid name", at("not--a--name"), 400, "Invalid tenant"],
  ["an unknown page", "/no-such-page", 404, "Not found"],
] as const) {
  test(`${what} is answered with a page that says what to do next`, async ({ page }) => {
    const answer = await page.goto(url);
    expect(answer?.status()).toBe(status);
    await expect(page.getByRole("main")).toContainText(words);
    await expect(page.getByRole("main").getByRole("link").first()).toBeVisible();
  });
}

test("an unknown name in /find stays in the field, and is reported beside it", async ({ page }) => {
  await open(page, "/find");
  await page.fill("[name=name]", "no-such-workspace");
  await page.getByRole("main").getByRole("button").click();
  await expect(page.locator("#name-error")).not.toBeEmpty();
  await expect(page.locator("[name=name]")).toHaveValue("no-such-workspace");
});

test("another workspace's page cannot act in this one", async ({ page }) => {
  const [acme, beta] = [fresh("acme"), fresh("beta")];
  await signUp(page, acme);
  await signUp(page, beta);
  await page.route(at(beta, "/evil"), (route) =>
    route.fulfill({
      contentType: "text/html",
      body: `<form method="post" action="${at(acme, "/_fn/sign-out")}"><button>Go</button></form>`,
    }),
  );
  await page.goto(at(beta, "/evil"));
  const answered = page.waitForResponse(at(acme, "/_fn/sign-out"));
  await page.getByRole("button").click();
  expect((await answered).status()).toBe(403);
  expect((await page.goto(at(acme)))?.status()).toBe(200);
});
