import { beforeEach, describe, expect, it } from "vitest";
import type { ChatItem } from "../../src/domain/chat/chat-memory.ts";
import { say } from "../../src/domain/chat/chat-text.ts";
import { type ChatEffect, intendEffect } from "../../src/domain/effect.ts";
import type { Store } from "../../src/domain/store.ts";
import type { StoreUnderTest } from "./store-under-test.ts";

/** What is remembered for chats, and messages, which are looked up apart from other effects. */
export function chatContract(underTest: () => StoreUnderTest): void {
  let store: Store;
  beforeEach(() => {
    ({ store } = underTest());
  });
  const message: ChatEffect = intendEffect(
    "chat-q1-0",
    { kind: "chat-message", chat: "-1", text: say`hello`, buttons: [], replyTo: 4, isSilent: false },
    "chat:answer:-1",
    null,
    5,
  );
  const kept = (id: number) => ({ id, atMs: id });
  const update = (id: number, state: string): ChatItem => ({
    kind: "update",
    id: String(id),
    state,
    atMs: id,
    value: { id, atMs: id },
  });

  describe("chats", () => {
    it("remember what they are told, newest first, and the same again in its place", async () => {
      await store.commit({ chat: [update(1, "handled"), update(2, "handled"), update(3, "left")] }, null);
      await store.commit({ chat: [update(2, "left")] }, null);
      expect(await store.chatItems("update", { limit: 10 })).toEqual([3, 2, 1].map(kept));
      expect(await store.chatItems("update", { states: ["left"], limit: 1 })).toEqual([kept(3)]);
      expect(await store.chatItems("update", { id: "1", limit: 1 })).toEqual([kept(1)]);
      expect(await store.chatItems("button", { limit: 10 })).toEqual([]);
    });

    it("keep their messages apart from what is written elsewhere, and the text as it was intended first", async () => {
      await store.commit({ chatEffects: [message] }, null);
      const { outgoing } = message;
      const changed = {
        ...message,
        attempts: 1,
        state: "sending" as const,
        outgoing: { ...outgoing, text: say`other` },
      };
      await store.commit({ chatEffects: [changed] }, null);
      expect(await store.effects({})).toEqual([]);
      const [stored] = await store.chatEffects({ states: ["sending"], subject: "chat:answer:-1" });
      expect(stored).toMatchObject({
        id: "chat-q1-0",
        attempts: 1,
        outgoing: { text: { text: "hello", entities: [] } },
      });
    });

    it("forget what is over", async () => {
      const trouble: ChatItem = {
        kind: "chat",
        id: "-1",
        state: "moved",
        atMs: 1,
        value: { chat: "-1", movedTo: "-2", goneSinceMs: null, because: null },
      };
      await store.commit({ chat: [update(1, "handled"), update(20, "handled"), trouble] }, null);
      await store.prune({ seenNs: 0n, tracesMs: 0, countsMs: 0, auditMs: 10 });
      expect(await store.chatItems("update", { limit: 10 })).toEqual([kept(20)]);
      expect(await store.chatItems("chat", { limit: 10 })).toHaveLength(1);
    });
  });
}
