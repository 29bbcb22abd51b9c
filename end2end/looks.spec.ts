// Every page as a person sees it: axe finds nothing in light or dark, nothing overflows at 360 px, pictures are kept.
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { at, expect, fresh, open, signUp, test } from "./support";

const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

test.use({ refusals: [400, 401, 404] });

async function look(page: Page, name: string) {
  for (const scheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 900 });
      if (scripted()) expect(await violations(page), `${name}, ${scheme}, ${width} px`).toEqual([]);
      const script = scripted() ? "" : "-no-js";
      await page.screenshot({ path: `${__dirname}/screenshots/${name}-${width}-${scheme}${script}.png`, fullPage: true });
    }
  }
}

const scripted = () => test.info().project.use.javaScriptEnabled !== false;

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    const { violations } = await (globalThis as any).axe.run();
    const found = violations.map((v: any) => `${v.id}: ${v.nodes.map((n: any) => n.html).join(" ")}`);
    return wide > 0 ? [...found, `${wide} px too wide`] : found;
  });
}

test("the base host's pages", async ({ page }) => {
  for (const [path, name] of [["/", "home"], ["/sign-up", "sign-up"], ["/find", "find"], ["/no-such-page", "not-found"]]) {
    await open(page, path);
    await look(page, name);
  }
  await open(page, "/find?name=no-such-workspace");
  await look(page, "find-error");
  await page.goto(at("nobody-has-this"));
  await look(page, "unknown-tenant");
});

test("a workspace's pages", async ({ page, context }) => {
  const acme = fresh("acme");
  await signUp(page, acme);
  await look(page, "dashboard");
  await open(page, at(acme, "/account"));
  await look(page, "account");
  await page.goto(at(acme, "/no-such-page"));
  await look(page, "workspace-not-found");
  await context.clearCookies();
  await open(page, at(acme));
  await look(page, "sign-in");
});

test("the page of the API", async ({ page }) => {
  test.slow(); // it is long, and so are its pictures
  await open(page, "/api/docs");
  await look(page, "api-docs");
});

test("long names fit", async ({ page }) => {
  const long = `${fresh("w")}-${"x".repeat(40)}`.slice(0, 40).replace(/-$/, "x");
  await signUp(page, long, "u".repeat(64));
  await look(page, "dashboard-long");
  await open(page, at(long, "/account"));
  await look(page, "account-long");
});
