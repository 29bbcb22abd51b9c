// Makes the pictures in README.md. Run it by hand: npx playwright test --config end2end/readme.config.ts
import { defineConfig } from "@playwright/test";
import tests from "./playwright.config";

export default defineConfig({ ...tests, testMatch: "readme.shots.ts", projects: [{ name: "README" }], webServer: undefined });
