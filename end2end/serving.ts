// A server of its own for a spec that needs flags which the shared server does not have.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect } from "@playwright/test";

/** Runs `work` while a server with these flags listens on the port. */
export async function serving<T>(port: number, flags: string[], work: () => Promise<T>): Promise<T> {
  const binary = join(__dirname, "../target/release/freehold");
  const server: ChildProcess = spawn(binary, ["serve", "--listen", `127.0.0.1:${port}`, ...flags], { stdio: "ignore" });
  try {
    const answers = () => fetch(`http://127.0.0.1:${port}/readyz`).then(({ ok }) => ok, () => false);
    await expect.poll(answers).toBe(true);
    return await work();
  } finally {
    server.kill();
    await once(server, "exit");
  }
}
