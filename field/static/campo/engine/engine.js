// The engine put together: state for screens, and what each call sets going.
import { makeClock } from "./clock.js";
import { makeCondition } from "./condition.js";
import { makeDrafts } from "./drafts.js";
import { enrol } from "./enrolment.js";
import { EngineError } from "./errors.js";
import { exportQueue } from "./export.js";
import { checkFolio, formatFolio } from "./folio.js";
import { makeLedger } from "./ledger.js";
import { makeNews } from "./news.js";
import { makeOutbox } from "./outbox.js";
import { makePacks, nearbyPetitions } from "./packs.js";
import { makeRhythm } from "./rhythm.js";
import { askToPersist } from "./room.js";
import { makeSender } from "./sender.js";
import { openStore } from "./store.js";
import { makeStreets } from "./streets.js";
import { makeTabs } from "./tabs.js";
import { makeTransport } from "./transport.js";
import { makeUpdates } from "./updates.js";
import { makeVault } from "./vault.js";

/** What a tab that has said nothing for so long was sending, it no longer is. */
const SILENT_MS = 60_000;

/**
 * @param {object} env the browser's parts, which tests replace: fetch, now, random, locks, storage, channel(),
 *   page (an EventTarget), isHidden(), container, reload(), onFault(error); iterations and patience_ms for tests alone
 */
export async function makeEngine(env) {
  // Browsers give keys, workers and locks to https alone (and to the machine itself).
  if (!globalThis.crypto?.subtle) throw new EngineError("insecure");
  const updates = makeUpdates({ ...env, onChange: () => changed() });
  let outdated = false;
  const store = await openStore({
    onOutdated() {
      outdated = true; // a newer version of the app changed the tables under this page
      void changed();
    },
  });
  const vault = makeVault(store, env);
  const clock = makeClock(env);
  const transport = makeTransport(env);
  const tabs = makeTabs(env);
  let device = null;
  let halt = null;
  let sealedToken = null;
  let sending = new Set();

  async function token() {
    if (!sealedToken) throw new EngineError("not_enrolled");
    return vault.unsealValue("token", sealedToken);
  }
  const condition = makeCondition(env, {
    version: () => updates.state().version,
    waiting: () => news.counts.waiting + news.counts.sending,
  });
  const packs = makePacks(store, vault, { transport, token, condition, clock, now: env.now });
  const outbox = makeOutbox(store, vault, {
    now: env.now,
    stamp: clock.stamp,
    officeNow: clock.officeNow,
    series: () => device.series,
    zone: () => packs.open?.municipality?.time_zone,
  });
  const ledger = makeLedger(store, env);
  const drafts = makeDrafts(store, vault, env);
  const sender = makeSender({
    outbox,
    ledger,
    transport,
    token,
    condition,
    clock,
    limits: () => packs.open?.limits,
    onSending(ids) {
      sending = ids;
      tabs.tell({ sending: [...ids] });
      changed();
    },
    onProgress: () => changed({ everywhere: true }),
  });
  const streets = makeStreets(env, {
    transport,
    offered: () => packs.open?.basemap ?? null,
    renew: () => packs.refresh(),
    isSending: () => rhythm.link.state === "sending",
    onChange: (how) => changed(how),
  });
  const rhythm = makeRhythm({
    ...env,
    drain,
    mayNot: (asked) => (!device ? "idle" : halt && !asked ? "refused" : vault.locked ? "locked" : null),
    lastBeat: async () => tabs.lastHeard(),
    onChange: () => changed(),
  });

  async function drain() {
    const beat = tabs.beat();
    try {
      const sent = await sender.drain();
      const isDue = halt || packs.isOld(sent);
      // With nothing to send, asking for the pack is how a tablet learns the time, and that it is still welcome.
      if (isDue) await packs.refresh();
      if (halt) await setHalt(null);
      await store.write(["meta"], (tx) => tx.objectStore("meta").put(clock.kept, "clock"));
      return sent || Boolean(isDue);
    } catch (error) {
      if (error instanceof EngineError && error.code === "refused") await setHalt({ at: env.now() });
      throw error;
    } finally {
      beat.stop();
    }
  }

  async function setHalt(value) {
    halt = value;
    await store.write(["meta"], (tx) =>
      value ? tx.objectStore("meta").put(value, "halt") : tx.objectStore("meta").delete("halt"),
    );
  }

  async function load() {
    await vault.load();
    await store.read(["meta"], async (tx) => {
      const meta = tx.objectStore("meta");
      device = (await meta.get("device")) ?? null;
      sealedToken = (await meta.get("token")) ?? null;
      halt = (await meta.get("halt")) ?? null;
      clock.restore(await meta.get("clock"));
    });
    await packs.load();
    await streets.load();
    await news.recount();
  }

  /** What this tab sends now, or another that is alive says it does. */
  const onTheirWay = () => (env.now() - tabs.lastHeard() < SILENT_MS || rhythm.link.state === "sending" ? sending : new Set());

  const news = makeNews(env, {
    count: () => ledger.counts(onTheirWay()),
    state: () => state(),
    tellTabs: () => tabs.tell({ changed: true }),
  });
  const changed = news.changed;

  const state = () => ({
    enrolled: device !== null,
    locked: vault.locked,
    who: vault.who,
    staff: vault.staff,
    device: device && { id: device.id, name: device.name, series: device.series },
    counts: news.counts,
    link: { ...rhythm.link },
    clock: clock.state(),
    room: news.room,
    pack: packs.state(),
    update: { ...updates.state(), ...(outdated && { ready: true }) },
    pin: vault.pinState(),
    streets: streets.state(),
  });

  tabs.listen((message) => void heard(message).catch(env.onFault));

  async function heard(message) {
    if (message.sending) sending = new Set(message.sending);
    if (message.locked) vault.lock();
    if (message.changed || message.locked) await load();
    if (message.saved) rhythm.nudge(2_000);
    await changed();
  }

  /** After a saving: counts, the other tabs, and a sending soon. */
  async function saved(result) {
    tabs.tell({ changed: true, saved: true });
    rhythm.nudge();
    await changed();
    return result;
  }

  function lock({ everywhere = true } = {}) {
    vault.lock();
    packs.lock();
    if (everywhere) tabs.tell({ locked: true });
    return changed();
  }

  function needsDevice() {
    if (!device) throw new EngineError("not_enrolled");
  }

  async function afterStaff(work) {
    const result = await work;
    await load();
    await changed({ everywhere: true });
    return result;
  }

  async function unlocked(work) {
    try {
      return await work;
    } finally {
      await changed();
      if (!vault.locked) rhythm.wake();
    }
  }

  const wakeOnSignal = () => {
    rhythm.wake();
    streets.wake();
  };
  const wakeWhenShown = () => !env.isHidden?.() && wakeOnSignal();
  env.page?.addEventListener("online", wakeOnSignal);
  env.page?.document?.addEventListener("visibilitychange", wakeWhenShown);

  await load();
  void updates.start();
  streets.wake(); // a download that the browser was killed in goes on

  return {
    state,
    onChange: news.listen,
    async enrol(given) {
      const result = await enrol(store, vault, transport, given, clock);
      await askToPersist(env.storage);
      await news.measure();
      await afterStaff();
      rhythm.wake();
      return result;
    },
    unlock: (given) => unlocked(vault.unlock(given)),
    recover: (given) => unlocked(vault.recover(given)),
    lock,
    addStaff: (person, how) => afterStaff(vault.addStaff(person, how)),
    removeStaff: (username) => afterStaff(vault.removeStaff(username)),
    changePin: (given) => afterStaff(vault.changePin(given)),
    pack: () => packs.pack(),
    async refreshPack() {
      needsDevice();
      const result = await packs.refresh();
      await changed({ everywhere: true });
      return result;
    },
    nearby: nearbyPetitions,
    async savePetition(given) {
      needsDevice();
      return saved(await outbox.savePetition(given));
    },
    async saveDoor(given) {
      needsDevice();
      return saved(await outbox.saveDoor(given));
    },
    async undoDoor(id, given) {
      needsDevice();
      return saved(await outbox.undoDoor(id, given));
    },
    drafts,
    formatFolio,
    checkFolio,
    queue: () => ledger.list(onTheirWay()),
    read: outbox.read,
    photo: outbox.photo,
    doors: outbox.doors,
    drain: () => rhythm.go({ asked: true }),
    async exportQueue() {
      await token(); // only while unlocked
      return exportQueue(store, outbox, { device: state().device, offset_ms: clock.state().offset_ms, now: env.now, leave: ledger.leave });
    },
    async persist() {
      const granted = await askToPersist(env.storage);
      await news.measure();
      return granted;
    },
    streets: streets.calls,
    applyUpdate: () => updates.apply(),
    /** Lets go of everything that this page holds: for tests, and for a page that goes. */
    close() {
      rhythm.stop();
      streets.stop();
      env.page?.removeEventListener("online", wakeOnSignal);
      env.page?.document?.removeEventListener("visibilitychange", wakeWhenShown);
      tabs.close();
      store.close();
    },
  };
}
