// What the console knows of calls without a browser's media: lists, lines, what a note may hold.

import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Calls, noteIsSafe } from '../src/consult/calls';
import type { CallNews, ConsultOrder } from '../src/generated/messages';

/** No camera, no microphone, no sound: what is left is what the gateway and the page say. */
class Silent extends EventTarget {
  createAnalyser() { return { fftSize: 32 }; }
  close() {}
}

const news = (more: Partial<CallNews> = {}): CallNews => ({
  type: 'call', call: 'c1', kiosk: 'kiosk-001', topic: 'general', language: 'ja', state: 'waiting', waited_s: 60, next: true,
  booked: false, handed: false, mine: false, held: false, away: false, guest: 'none', ...more,
});
// happy-dom's MediaStream is a name only.
Object.assign(MediaStream.prototype, { getTracks: () => [], getAudioTracks: () => [], getVideoTracks: () => [] });

let sent: ConsultOrder[];
let calls: Calls;
beforeEach(() => {
  vi.stubGlobal('AudioContext', Silent);
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia: () => Promise.reject(new Error('there is none')) } });
  sessionStorage.clear();
  sent = [];
  calls = new Calls((order) => sent.push(order), () => {});
});

describe('calls', () => {
  it('ring while somebody may be answered, and not in a call', () => {
    calls.take(news({ next: false }));
    expect(calls.ringing).toBe(false);
    calls.take(news());
    expect(calls.ringing).toBe(true);
    calls.take(news({ mine: true, state: 'talking' }));
    expect(calls.ringing).toBe(false);
    expect(calls.current?.call).toBe('c1');
    expect(calls.waiting.size).toBe(0);
  });

  it('text: each key replaces the line, Enter begins the next', () => {
    calls.take(news({ mine: true, state: 'talking' }));
    calls.type('a', false);
    calls.type('ab', true);
    calls.type('c', false);
    calls.take({ type: 'consult_said', call: 'c1', what: { type: 'typed', line: 7, text: 'x', done: false } });
    calls.take({ type: 'consult_said', call: 'c1', what: { type: 'typed', line: 7, text: 'xy', done: true } });
    expect(calls.current?.lines.map(({ own, text, done }) => [own, text, done])).toEqual(
      [[true, 'ab', true], [true, 'c', false], [false, 'xy', true]]);
  });

  it('a paper goes in parts, in order', () => {
    calls.take(news({ mine: true, state: 'talking' }));
    sent.length = 0;
    calls.push('form', true, new Uint8Array(60_000).fill(65));
    const parts = sent.filter((one) => one.type === 'paper_part');
    expect(parts.map(({ at, last }) => [at, last])).toEqual([[0, false], [24576, false], [49152, true]]);
    expect(parts.map(({ bytes }) => atob(bytes).length).reduce((a, b) => a + b)).toBe(60_000);
    calls.take({ type: 'consult_said', call: 'c1', what: { type: 'paper_moved', paper: parts[0]!.paper, answer: 'printed' } });
    expect(calls.current?.papers[0]?.state).toBe('printed');
  });

  it('a call that was hung up stays until what came of it is said', () => {
    calls.take(news({ mine: true, state: 'talking' }));
    calls.take({ type: 'call_gone', call: 'c1', over: true });
    expect(calls.current?.over).toBe(true);
    expect(calls.busy).toBe(false);
    calls.finish('partly', ['explained'], '');
    expect(calls.current).toBe(null);
    expect(sent.at(-1)).toEqual({ type: 'finish_call', call: 'c1', outcome: 'partly', deeds: ['explained'], note: '' });
  });

  it('sits down again after the connection was lost, with the call that it still has', () => {
    calls.sit('kurashi');
    calls.take(news({ mine: true, state: 'talking' }));
    calls.forget();
    calls.take({ type: 'consult_seats', desks: [{ desk: 'kurashi', name: 'x', topics: ['general'], interprets: [] }], others: [], languages: [] });
    expect(sent.at(-1)).toEqual({ type: 'sit_at', desk: 'kurashi', call: 'c1', connection: 0 });
  });

  it('a note names nobody: the gateway\'s rule', () => {
    for (const good of ['', '介護の窓口を案内した', '2回目、3人で来所', '11月22日に再相談', '12,345']) expect(noteIsSafe(good), good).toBe(true);
    for (const bad of ['123456789012', '1234 5678 9012', '電話 06-6858-2525', '０６ー６８５８', '一二三四五六',
      '1980年1月23日', 'taro@example.jp', '〒560-0023']) expect(noteIsSafe(bad), bad).toBe(false);
  });
});
