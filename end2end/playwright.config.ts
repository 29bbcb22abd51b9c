// The specs of pages run twice, with JavaScript and without; `*.hydrate` only with it, `*.plain` only without. The spec of the
// API runs once. All of them run against the release binary on an empty data folder.
import { defineConfig } from "@playwright/test";
import { mkdtempSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const port = 3210;
const data = (process.env.FREEHOLD_E2E_DATA ??= mkdtempSync(join(tmpdir(), "freehold-e2e-")));
const api = /client\.spec\.ts/;
/** Flags that switch all rate limits off. All requests of the specs come from one address, and many from one account. */
export const unlimited = ["sign-up", "sign-in", "account", "user", "lookup"].map((what) => `--${what}-rate off`).join(" ");
const browser = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find(existsSync);

export default defineConfig({
  testDir: ".",
  outputDir: "results",
  workers: 2,
  fullyParallel: true,
  forbidOnly: !!process.env.CI,
  expect: { timeout: 15_000 }, // hashing a password waits while other tests use the processor
  reporter: [["list"], ["html", { outputFolder: "report", open: "never" }]],
  use: {
    baseURL: `http://localhost:${port}`,
    trace: { mode: "retain-on-failure", screenshots: false },
    launchOptions: {
      executablePath: browser,
      args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    },
  },
  projects: [
    { name: "a program", testMatch: api },
    { name: "with JavaScript", testIgnore: [/.*\.plain\.spec\.ts/, api] },
    { name: "without JavaScript", use: { javaScriptEnabled: false }, testIgnore: [/.*\.hydrate\.spec\.ts/, api] },
  ],
  webServer: {
    command: `../target/release/freehold serve --listen 127.0.0.1:${port} --data ${data} ${unlimited}`,
    url: `http://127.0.0.1:${port}/healthz`,
    stdout: "ignore",
    stderr: "ignore",
  },
});
