import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { afterEach, beforeEach, test } from "node:test";

import { Office } from "./campo/office.mjs";
import { petition, photo, Tablet } from "./campo/tablet.mjs";

let office;
let tablet;
beforeEach(() => {
  office = new Office();
  tablet = new Tablet(office);
});
afterEach(() => tablet.kill());

test("photos arrive byte for byte under the hash of their bytes", async () => {
  const { engine } = await tablet.start();
  const bytes = crypto.getRandomValues(new Uint8Array(60_000));
  await engine.savePetition(petition("x", { photos: [new Blob([bytes], { type: "image/jpeg" })] }));
  await engine.drain();
  const name = createHash("sha256").update(bytes).digest("hex");
  assert.deepEqual(office.photos.get(name), bytes);
});

test("a photo is let go only after its own receipt and its records'", async () => {
  const { engine } = await tablet.start();
  const one = photo("shared");
  const name = createHash("sha256").update(new Uint8Array(await one.arrayBuffer())).digest("hex");
  await engine.savePetition(petition("first", { photos: [one] }));
  office.link = async ({ answer, path }) => {
    if (path.includes("attachments")) throw new TypeError("down");
    return answer();
  };
  await engine.drain();
  assert.ok(await engine.photo(name), "the record has its receipt, the photo has not");
  await engine.savePetition(petition("second", { photos: [one] }));
  office.link = ({ answer }) => answer();
  await engine.drain();
  assert.equal(await engine.photo(name), null);
  assert.ok(office.photos.has(name));
});

test("a photo in the office stays on the tablet while its record waits", async () => {
  const { engine } = await tablet.start();
  await engine.savePetition(petition("x", { photos: [photo("early")] }));
  const [{ photos }] = await engine.queue();
  office.link = async ({ answer, path }) => (path.includes("sync") ? new Response("{}", { status: 500 }) : answer());
  await engine.drain();
  assert.equal(office.photos.size, 1);
  assert.ok(await engine.photo(photos.names[0]));
  office.link = ({ answer }) => answer();
  await engine.drain();
  assert.equal(await engine.photo(photos.names[0]), null);
});

test("a photo whose try was cut is asked after before it is sent again", async () => {
  const { engine } = await tablet.start();
  await engine.savePetition(petition("x", { photos: [photo("cut")] }));
  office.link = async ({ answer, method }) => {
    const got = await answer();
    if (method === "PUT") throw new TypeError("the answer was lost");
    return got;
  };
  await engine.drain();
  assert.equal(office.puts.length, 1);
  await engine.drain();
  assert.equal(office.puts.length, 1, "the office had it: HEAD said so");
  assert.equal((await engine.queue())[0].photos.sent, 1);
});

test("a photo that the office will not take is set aside, said, and keeps nothing else", async () => {
  const { engine } = await tablet.start();
  await engine.savePetition(petition("x", { photos: [photo("bad"), photo("good")] }));
  let refusals = 0;
  office.link = async ({ answer, method }) => {
    if (method === "PUT" && refusals < 3 && office.puts.length !== 0) {
      refusals += 1;
      return new Response(JSON.stringify({ detail: "No es una foto." }), { status: 422 });
    }
    return answer();
  };
  for (let n = 0; n < 5; n += 1) await engine.drain();
  const [row] = await engine.queue();
  assert.deepEqual([row.state, row.photos.sent, row.photos.refused], ["in_office", 1, 1]);
  assert.deepEqual(row.photos.errors, ["No es una foto."]);
});
