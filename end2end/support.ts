// What every spec stands on: a page that fails on console errors and on requests to anywhere else, and the ways in.
import { test as base, expect, type Page } from "@playwright/test";
import { port } from "./playwright.config";

export { expect, port };
export const password = "correct horse battery";

type Options = {
  /** HTTP statuses of 400 and above that the spec means to see. */
  refusals: number[];
};

export const test = base.extend<Options>({
  refusals: [[], { option: true }],
  page: async ({ page, refusals }, use) => {
    const wrong: string[] = [];
    page.on("pageerror", (error) => wrong.push(`exception: ${error}`));
    page.on("console", (message) => {
      // A refused navigation is logged as an error too; `response` below judges those.
      const loading = message.text().startsWith("Failed to load resource");
      if (message.type() === "error" && !loading) wrong.push(`console: ${message.text()}`);
    });
    page.on("request", (request) => {
      const { protocol, hostname } = new URL(request.url());
      const ours = hostname === "localhost" || hostname.endsWith(".localhost");
      if (!ours && protocol !== "data:") wrong.push(`request to ${request.url()}`);
    });
    page.on("response", (response) => {
      if (response.status() >= 400 && !refusals.includes(response.status())) {
        wrong.push(`${response.status()} of ${response.url()}`);
      }
    });
    await use(page);
    expect(wrong).toEqual([]);
  },
});

let made = 0;

/** A workspace name that no other spec uses. */
export function fresh(stem: string): string {
  return `${stem}-${process.pid.toString(36)}-${(made++).toString(36)}-${Date.now().toString(36)}`.slice(0, 40);
}

export const at = (tenant: string, path = "/") => `http://${tenant}.localhost:${port}${path}`;

/** Opens a page, and waits until its islands answer where there are any. */
export async function open(page: Page, url: string) {
  const response = await page.goto(url);
  await settled(page);
  return response;
}

/** Waits until the scripts of the page that is shown have taken over its forms. */
export async function settled(page: Page) {
  const scripted = await page.locator("script[type=module]").count();
  if (scripted && (await javaScript(page))) await page.locator("form[data-hydrated]").first().waitFor();
}

async function javaScript(page: Page): Promise<boolean> {
  return page.context().pages().length > 0 && (test.info().project.use.javaScriptEnabled ?? true);
}

/** Signs a workspace up in the browser, and stands in it. */
export async function signUp(page: Page, tenant: string, username = "root") {
  await open(page, "/sign-up");
  await page.fill("[name=tenant]", tenant);
  await page.fill("[name=username]", username);
  await page.fill("[name=password]", password);
  await page.getByRole("button", { name: "Create the workspace" }).click();
  await page.waitForURL(at(tenant));
}

export async function signIn(page: Page, username: string, word = password) {
  await page.fill("[name=username]", username);
  await page.fill("[name=password]", word);
  await page.getByRole("button", { name: "Sign in" }).click();
}
