// The main task of a user: sign up a workspace, use it, sign out and sign in again.
import { at, expect, fresh, open, password, port, settled, signIn, signUp, test } from "./support";

test("a new customer signs up and is signed in to their own workspace", async ({ page, context }) => {
  const acme = fresh("acme");
  await open(page, "/");
  await page.getByRole("main").getByRole("link", { name: "Create a workspace" }).click();
  await settled(page);
  await page.fill("[name=tenant]", acme);
  await page.fill("[name=username]", "Root");
  await page.fill("[name=email]", "root@example.com");
  await page.fill("[name=password]", password);
  await page.getByRole("button", { name: "Create the workspace" }).click();
  await page.waitForURL(at(acme));
  await expect(page.getByRole("main")).toContainText("root");
  await expect(page.getByRole("main")).toContainText(`${acme}.localhost`);
  const cookies = await context.cookies(at(acme));
  expect(cookies).toMatchObject([
    { name: "__Host-session", httpOnly: true, secure: true, sameSite: "Lax", path: "/", domain: `${acme}.localhost` },
  ]);
});

test("a session of one workspace is not valid in another", async ({ page, browser }) => {
  const [acme, beta] = [fresh("acme"), fresh("beta")];
  await signUp(page, acme);
  await signUp(page, beta, "ada");
  await open(page, at(acme));
  await expect(page.getByRole("main")).toContainText("root");
  await open(page, at(beta));
  await expect(page.getByRole("main")).toContainText("ada");
  const hues = [];
  for (const tenant of [acme, beta]) {
    await open(page, at(tenant));
    hues.push(await page.locator("html").getAttribute("data-hue"));
  }
  expect(hues.every((hue) => hue !== null)).toBe(true);
  const stranger = await browser.newContext();
  const answer = await stranger.request.get(`http://127.0.0.1:${port}/`, { headers: { host: `${acme}.localhost:${port}` }, maxRedirects: 0 });
  expect(answer.status()).toBe(401);
  await stranger.close();
});

test.describe("signed out", () => {
  test.use({ refusals: [401] });

  test("after signing out the workspace is closed, and signing in leads to the requested page", async ({ page }) => {
    const acme = fresh("acme");
    await signUp(page, acme);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL(at(acme, "/sign-in"));
    const refused = await open(page, at(acme, "/account"));
    expect(refused?.status()).toBe(401);
    await signIn(page, "ROOT");
    await page.waitForURL(at(acme, "/account"));
    await expect(page.getByRole("main")).toContainText("root");
  });

  test("a used welcome link signs nobody in", async ({ page, context }) => {
    const acme = fresh("acme");
    await signUp(page, acme);
    await context.clearCookies();
    const answer = await page.goto(at(acme, "/welcome?code=spent"));
    expect(answer?.status()).toBe(401);
    await expect(page.getByRole("main")).toContainText("Sign in");
  });
});

test("a user finds their workspace by its name", async ({ page }) => {
  const acme = fresh("acme");
  await signUp(page, acme);
  await open(page, "/find");
  await page.fill("[name=name]", acme);
  await page.getByRole("main").getByRole("button").click();
  await page.waitForURL(at(acme));
});

test("a user changes their own password, and signs in with the new one", async ({ page, context }) => {
  const acme = fresh("acme");
  await signUp(page, acme);
  await page.getByRole("link", { name: "Account" }).first().click();
  await settled(page);
  await page.fill("[name=currentPassword]", password);
  await page.fill("[name=newPassword]", "an even better horse");
  await page.getByRole("button", { name: "Change the password" }).click();
  await expect(page.getByRole("status").filter({ hasText: "password" })).toBeVisible();
  await open(page, at(acme));
  await expect(page.getByRole("main")).toContainText("root");
  await context.clearCookies();
  await open(page, at(acme, "/sign-in"));
  await signIn(page, "root", "an even better horse");
  await page.waitForURL(at(acme));
});
