// What this app's tabs tell each other.

const BEAT_MS = 20_000;

/** @param {{channel?: () => any, now: () => number}} env */
export function makeTabs({ channel: open, now }) {
  let channel = open?.() ?? null;
  let heard = now();
  channel?.unref?.();

  return {
    /** @param {object} message */
    tell: (message) => channel?.postMessage(message),
    /** @param {(message: any) => void} listener */
    listen(listener) {
      if (!channel) return;
      channel.onmessage = ({ data }) => {
        heard = now();
        if (!data.beat) listener(data);
      };
    },
    /** When another tab last said anything. */
    lastHeard: () => heard,
    /** Say now and then that this tab, which leads, is alive. */
    beat() {
      const timer = setInterval(() => channel?.postMessage({ beat: true }), BEAT_MS);
      timer.unref?.();
      return { stop: () => clearInterval(timer) };
    },
    close() {
      channel?.close();
      channel = null;
    },
  };
}
