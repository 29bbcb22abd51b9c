// Workspaces with many users, made through the API. Making them in a browser would take minutes.
import { client, type Client } from "./client";
import type { components } from "./client/api";
import { fresh, password, port } from "./support";

/** A user to add. Without a password they get a one-time password. */
export type Person = components["schemas"]["AddUserForm"];
/** A user who was added. */
export type Added = components["schemas"]["Admission"];

// Node does not resolve *.localhost. So the URL has the address, and the header x-tenant names the tenant.
const url = `http://127.0.0.1:${port}`;

/** A workspace, with a client that is signed in as its owner `root`. */
export class Filled {
  private constructor(
    readonly name: string,
    private readonly owner: Client,
  ) {}

  /** Creates a workspace and signs its owner in. */
  static async workspace(name = fresh("acme")): Promise<Filled> {
    const body = { username: "root", password };
    await done(client(url).POST("/tenants", { body: { tenant: name, ...body } }));
    const { token } = await done(client(url, { tenant: name }).POST("/api/v1/auth/sign-in", { body }));
    return new Filled(name, client(url, { tenant: name, token }));
  }

  /** Adds users, eight at once, so that no request waits too long for its password hash. */
  async add(...people: Person[]): Promise<Added[]> {
    const added: Added[] = [];
    for (let first = 0; first < people.length; first += 8) {
      const some = people.slice(first, first + 8);
      added.push(...(await Promise.all(some.map((body) => done(this.owner.POST("/api/v1/users", { body }))))));
    }
    return added;
  }

  /** Changes a user. */
  async change({ user: { id } }: Added, body: components["schemas"]["ChangeUserForm"]) {
    await done(this.owner.PATCH("/api/v1/users/{id}", { params: { path: { id } }, body }));
  }

  /** Signs a user in from a device. The session is then in the user's list. */
  async signIn(username: string, userAgent: string) {
    const asked = { body: { username, password }, headers: { "user-agent": userAgent } };
    await done(client(url, { tenant: this.name }).POST("/api/v1/auth/sign-in", asked));
  }
}

/** `count` users with one-time passwords: `user-01`, Person 01 and so on. */
export function crowd(count: number): Person[] {
  return Array.from({ length: count }, (_, index) => {
    const number = String(index + 1).padStart(2, "0");
    return { username: `user-${number}`, displayName: `Person ${number}`, email: `user-${number}@example.com` };
  });
}

const colleagues: [string, string, Person["role"]?][] = [
  ["amina", "Amina Diallo", "admin"],
  ["bjarne", "Bjarne Solheim"],
  ["chiara", "Chiara Moretti"],
  ["daniel", "Daniel Okafor", "owner"],
  ["elin", "Elin Ångström-Lindqvist"],
  ["farid", "Farid Rahimi"],
  ["hana", "Hana Nováková", "admin"],
  ["ines", "Inês de Almeida e Vasconcelos"],
  ["jonas", "Jonas Weber"],
  ["kirsty", "Kirsty MacLeod"],
  ["wilhelmina.van-der-zanden-oberholtzer", "Wilhelmina Alexandra van der Zanden-Oberholtzer"],
];

const devices = [
  "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Safari/604.1",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0",
  "backup-script/2.1",
];

/** A workspace as it looks after some months: active, new and deactivated members, several devices, entries in the activity. */
export async function lively(name?: string): Promise<Filled> {
  const firm = await Filled.workspace(name);
  const email = (username: string) => `${username}@harbour-and-sons.example`;
  const added = await firm.add(
    ...colleagues.map(([username, displayName, role]) => ({ username, displayName, role, email: email(username), password })),
    { username: "left", displayName: "Liam Byrne", email: email("liam"), password },
    { username: "mei", displayName: "Mei Tanaka", email: email("mei") },
    { username: "noor", displayName: "Noor el-Sayed", email: email("noor") },
  );
  const [amina, , , , elin] = added;
  await firm.change(elin, { email: email("elin.lindqvist") });
  await firm.change(amina, { role: "member" });
  await firm.change(amina, { role: "admin" });
  await firm.change(added[colleagues.length], { disabled: true });
  for (const device of devices) await firm.signIn("root", device);
  for (const username of ["jonas", "chiara", "daniel", "hana"]) await firm.signIn(username, devices[0]);
  return firm;
}

/** Returns the body of a response. Throws if the response is an error. */
async function done<T>(asked: Promise<{ data?: T; error?: unknown }>): Promise<T> {
  const { data, error } = await asked;
  if (data === undefined) throw new Error(JSON.stringify(error));
  return data;
}
