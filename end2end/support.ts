// The base of every spec: pages that fail on console errors and on requests to other hosts, and helpers to sign up and in.
import { test as base, expect, type Page } from "@playwright/test";
import { port } from "./playwright.config";

export { expect, port };
export const password = "correct horse battery";

type Options = {
  /** HTTP statuses of 400 and above that the spec expects. */
  refusals: number[];
};

type Fixtures = {
  /** Faults in any browser of the spec. */
  wrong: string[];
  /** Opens a page in another browser context, without the cookies of the first. */
  another: () => Promise<Page>;
};

export const test = base.extend<Options & Fixtures>({
  refusals: [[], { option: true }],
  wrong: async ({}, use) => {
    const wrong: string[] = [];
    await use(wrong);
    expect(wrong).toEqual([]);
  },
  page: async ({ page, refusals, wrong }, use) => {
    watch(page, refusals, wrong);
    await use(page);
  },
  another: async ({ browser, refusals, wrong }, use) => {
    const opened: Page[] = [];
    await use(async () => {
      const page = await (await browser.newContext()).newPage();
      watch(page, refusals, wrong);
      opened.push(page);
      return page;
    });
    await Promise.all(opened.map((page) => page.context().close()));
  },
});

function watch(page: Page, refusals: number[], wrong: string[]) {
  page.on("pageerror", (error) => {
    // The browser itself throws this one when a view transition starts too late. No script of ours asks for a transition.
    if (!`${error}`.includes("Page already revealed")) wrong.push(`exception: ${error}`);
  });
  page.on("console", (message) => {
    // The console also logs a response of 400 or above as an error. The handler of `response` below checks those.
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
}

let made = 0;

/** Returns a workspace name that no other spec uses. */
export function fresh(stem: string): string {
  return `${stem}-${process.pid.toString(36)}-${(made++).toString(36)}-${Date.now().toString(36)}`.slice(0, 40);
}

export const at = (tenant: string, path = "/") => `http://${tenant}.localhost:${port}${path}`;

/** Opens a page, and waits until its islands, if it has any, are hydrated. */
export async function open(page: Page, url: string) {
  const response = await page.goto(url);
  await settled(page);
  return response;
}

/** Waits until the forms of the present page are hydrated. */
export async function settled(page: Page) {
  const asleep = page.locator("html:has(script[type=module]) form.form:not([data-hydrated])");
  if (scripted()) await expect(asleep).toHaveCount(0, { timeout: 15_000 });
}

/** Whether the browser of the present project has JavaScript. */
export const scripted = () => test.info().project.use.javaScriptEnabled ?? true;

/** Signs a workspace up in the browser, and waits for its dashboard. */
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

/** Signs in on the workspace's sign-in page, and waits for the dashboard. */
export async function enter(page: Page, tenant: string, username = "root", word = password) {
  await open(page, at(tenant, "/sign-in"));
  await signIn(page, username, word);
  await page.waitForURL(at(tenant));
}

/** Clicks a link to a question, and confirms it. The question is a dialog with JavaScript and a page without. */
export async function confirm(page: Page, link: string, button = link) {
  await page.getByRole("link", { name: link }).click();
  await page.locator("dialog[open], .asking").getByRole("button", { name: button }).click();
}
