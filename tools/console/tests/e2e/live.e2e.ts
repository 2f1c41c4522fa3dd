// A help session from the kiosk's certificate to the helper's browser and back, through the real gateway: nothing
// between them is made up. Every state of a page is pages.e2e.ts' business.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { Desk, type Account, type Tablet } from './desk';
import { sample } from './hub';
import { KioskEnd } from './kiosk';

let desk: Desk;
let account: Account;
let tablet: Tablet;
let kiosk: KioskEnd;
beforeAll(async () => {
  desk = await Desk.open(['3']);
  account = desk.account('tanaka', 'volunteer', '3');
  tablet = await desk.tablet();
  await tablet.logIn(account);
});
afterAll(async () => {
  expect(tablet.complaints).toEqual([]);
  kiosk.cut();
  expect(await desk.close()).toBe(0);
});

const arrive = () => KioskEnd.connect(desk.kioskAddress, desk.kioskFiles());
const says = (selector: string, words: string, on = tablet) =>
  on.page.waitForFunction(([where, what]) => document.querySelector(where!)?.textContent?.includes(what!), [selector, words]);

it('a session that begins at the kiosk is seen, and its screen with it', async () => {
  await tablet.open('#/help');
  await says('.count', 'いま支援を受けている方はいません。');
  kiosk = await arrive();
  kiosk.begin('s-1');
  kiosk.show(sample('kind'));
  await tablet.page.click('[data-key="open.s-1"]');
  await tablet.page.waitForSelector('[data-screen=kind]');
});

it('a click is a ring at the kiosk, and its answer is told', async () => {
  await tablet.page.click('[data-control="kind.residence"]');
  await says('.pointing-status', '指し示しました');
  await tablet.page.click('[data-key="phrase.take_your_time"]');
  await says('.pointing-status', 'ゆっくり');
  await expect.poll(() => kiosk.pointings().map(({ control, phrase }) => [control, phrase])).toEqual(
    [['kind.residence', 'none'], ['kind.residence', 'take_your_time']]);
  await tablet.page.click('[data-key=away]');
  await expect.poll(() => kiosk.heard.at(-1)).toEqual({ type: 'point_away', session: 's-1' });
});

it('what is hidden is said, and the next control can still be pointed at', async () => {
  kiosk.show(sample('pin'), true);
  await tablet.page.waitForSelector('.hidden-notice:not(:empty)');
  await tablet.page.click('[data-control="erase"]');
  await expect.poll(() => kiosk.pointings().at(-1)?.control).toBe('erase');
});

it('two helpers: the ring is the last one\'s', async () => {
  kiosk.show(sample('kind'));
  const other = await desk.tablet();
  await other.logIn(desk.account('mori', 'staff'));
  await other.open('#/help/s-1');
  await other.page.waitForSelector('[data-screen=kind]');
  await tablet.page.waitForSelector('[data-screen=kind]');
  await tablet.page.click('[data-control="kind.residence"]');
  await says('.pointing-status', '指し示しました');
  await other.page.click('[data-control="kind.seal"]');
  await says('.pointing-status', '指し示しました', other);
  await says('.pointing-status', '画面が変わったため');
  expect(other.complaints).toEqual([]);
  await other.close();
});

it('a kiosk whose connection is lost comes back with the session as it is', async () => {
  kiosk.cut();
  await says('.facts', 'この支援は終わりました。');
  await tablet.open('#/kiosks');
  await tablet.page.waitForFunction(() => document.querySelector('tbody tr')?.textContent?.includes('kiosk-001'));
  kiosk = await arrive();
  kiosk.begin('s-1');
  kiosk.show(sample('review'));
  await tablet.open('#/help/s-1');
  await tablet.page.waitForSelector('[data-screen=review]');
});

it('the helper ends it, and the kiosk hears what it was about', async () => {
  await tablet.page.click('[data-key=end]');
  await tablet.page.selectOption('#topic', 'cashless');
  await tablet.page.click('[data-key="outcome.solved"]');
  await expect.poll(() => kiosk.heard.at(-1)).toEqual(
    { type: 'end_session', session: 's-1', topic: 'cashless', outcome: 'solved' });
  kiosk.over();
  await says('.facts', 'この支援は終わりました。');
});

it('nobody else gets in: no cookie, a page from elsewhere, another way to ask', async () => {
  const knock = (headers: Record<string, string>) => desk.knock('/console/api/live', {
    Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': Buffer.alloc(16).toString('base64'), 'Sec-WebSocket-Protocol': 'madoguchi-console-1', ...headers });
  const [cookie] = await tablet.context.cookies();
  const Cookie = `${cookie!.name}=${cookie!.value}`;
  const Origin = new URL(desk.url).origin;
  expect(await knock({ Origin })).toBe(401);
  expect(await knock({ Cookie })).toBe(403);
  expect(await knock({ Cookie, Origin: 'https://evil.test' })).toBe(403);
  expect(await knock({ Cookie, Origin, 'Sec-WebSocket-Protocol': 'madoguchi-live-1' })).toBe(400);
  expect(await knock({ Cookie, Origin })).toBe(101);
});
