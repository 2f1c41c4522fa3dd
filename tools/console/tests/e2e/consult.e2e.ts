// A consultation by video through the real gateway: a resident's browser page in the place of kiosk-call, two desks and
// an interpreter, each a browser of its own with made-up camera and microphone. Frames are counted where they arrive.

import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Desk, out, type Tablet } from './desk';
import { clipped, violations } from './look';
import { Resident } from './resident';

const flags = ['--use-fake-device-for-media-stream=fps=10', '--use-fake-ui-for-media-stream',
  '--allow-loopback-in-peer-connection', '--disable-features=WebRtcHideLocalIpsWithMdns',
  '--autoplay-policy=no-user-gesture-required'];
const patience = { timeout: 40_000 };

let desk: Desk;
let sato: Tablet;
let mori: Tablet;
let tsuyaku: Tablet;
let resident: Resident;

async function atDesk(name: string, place: string): Promise<Tablet> {
  const account = desk.account(name, 'staff');
  const tablet = await desk.tablet();
  await tablet.logIn(account);
  await tablet.open('#/consult');
  await tablet.page.selectOption('#consult-desk', place);
  return tablet;
}
beforeAll(async () => {
  desk = await Desk.open([], {}, flags);
  sato = await atDesk('sato', 'kurashi');
  mori = await atDesk('mori', 'fukushi');
  tsuyaku = await atDesk('tran', 'tsuyaku');
  resident = await Resident.arrive(desk, 'kiosk-001');
});
afterAll(async () => {
  for (const tablet of [sato, mori, tsuyaku]) expect(tablet.complaints).toEqual([]);
  await resident.leave();
  expect(await desk.close()).toBe(0);
});

const says = (tablet: Tablet, selector: string, words: string) =>
  tablet.page.waitForFunction(([where, what]) => document.querySelector(where!)?.textContent?.includes(what!),
    [selector, words], patience);
/** Frames that the first picture of the page has shown. */
const frames = (tablet: Tablet) => tablet.page.evaluate(() =>
  document.querySelector<HTMLVideoElement>('.pictures video')?.getVideoPlaybackQuality().totalVideoFrames ?? 0);
async function seen(tablet: Tablet, more: number): Promise<void> {
  const before = await frames(tablet);
  await expect.poll(() => frames(tablet), patience).toBeGreaterThan(before + more);
}
async function seenByResident(more: number): Promise<void> {
  const before = (await resident.received()).frames;
  await expect.poll(async () => (await resident.received()).frames, patience).toBeGreaterThan(before + more);
}
async function look(tablet: Tablet, name: string): Promise<void> {
  expect(await clipped(tablet.page), name).toEqual([]);
  await tablet.page.mouse.move(0, 0);
  await tablet.page.screenshot({ path: join(out, `${name}.png`), fullPage: true });
  expect(await violations(tablet.page), name).toEqual([]);
}

it('a call rings at its desk only, and is answered: both see and hear', async () => {
  expect((await resident.get('/v1/consultations/topics')).body).toMatchObject(
    { topics: expect.arrayContaining([expect.objectContaining({ topic: 'general', open: true, waiting: 0 })]) as unknown });
  expect(await resident.ask('general', 'vi')).toMatchObject({ position: 1 });
  await says(sato, '.ringing', '呼び出し');
  expect(await mori.page.textContent('.ringing')).toBe('');
  await look(sato, 'ringing');
  await sato.page.click(`[data-key="answer.${resident.call}"]`);
  await says(sato, '.call-status', 'つながっています');
  await seen(sato, 30);
  await seenByResident(30);
  await expect.poll(async () => (await resident.received()).energy, patience).toBeGreaterThan(0);
  expect(resident.last('answered')?.desk).toBe('豊中市役所 くらし相談');
});

it('text goes both ways, key by key', async () => {
  await sato.page.fill('#consult-line', 'こんに');
  await expect.poll(() => resident.last('typed')).toMatchObject({ text: 'こんに', done: false });
  await sato.page.fill('#consult-line', 'こんにちは');
  await sato.page.press('#consult-line', 'Enter');
  await expect.poll(() => resident.last('typed')).toMatchObject({ text: 'こんにちは', done: true });
  resident.say({ type: 'typed', line: 1, text: 'Xin ch', done: false });
  await says(sato, '.typed', 'Xin ch');
  resident.say({ type: 'typed', line: 1, text: 'Xin chào', done: true });
  await says(sato, '.typed', '相手: Xin chào');
});

it('captions, a page, a ring and a paper reach the kiosk', async () => {
  for (const tool of ['caption', 'page', 'ring', 'paper']) await sato.page.click(`[data-key="tool.${tool}"]`);
  await sato.page.fill('#caption', '少しお待ちください');
  await sato.page.click('[data-key="caption.show"]');
  await expect.poll(() => resident.last('caption')?.text).toBe('少しお待ちください');
  await sato.page.fill('#page-title', '児童手当');
  await sato.page.fill('#page-lines', '1. 申請書を書く\n2. 窓口に出す');
  await sato.page.fill('#page-link', 'https://www.city.toyonaka.osaka.jp/');
  await sato.page.click('[data-key="page.show"]');
  await expect.poll(() => resident.last('page')?.lines).toEqual(['1. 申請書を書く', '2. 窓口に出す']);
  await sato.page.click('[data-key="ring.microphone"]');
  await expect.poll(() => resident.last('ring')?.control).toBe('microphone');
  const pdf = join(out, 'form.pdf');
  writeFileSync(pdf, `%PDF-1.7\n${'x'.repeat(70_000)}`);
  await sato.page.fill('#paper-title', '児童手当の申請書');
  await sato.page.setInputFiles('#paper-file', pdf);
  await sato.page.click('[data-key="paper.send"]');
  await expect.poll(() => resident.last('paper_offered')?.title, patience).toBe('児童手当の申請書');
  const offered = resident.last('paper_offered')!;
  const { status, body } = await resident.get(`/v1/consultations/${resident.call}/papers/${offered.paper}`);
  expect(status).toBe(200);
  expect(Buffer.from((body as { pdf: string }).pdf, 'base64').length).toBe(70_009);
  resident.say({ type: 'paper_moved', paper: offered.paper, answer: 'printed' });
  await says(sato, '.papers', '印刷しました');
  await look(sato, 'call-tools');
});

it('a resident who is not heard any more is noticed on both sides', async () => {
  await resident.setSilent(true);
  await says(sato, '.call-status', '聞こえていません');
  await expect.poll(() => resident.last('not_heard')?.missing, patience).toBe(true);
  await resident.setSilent(false);
  await says(sato, '.call-status', 'つながっています');
  await expect.poll(() => resident.last('not_heard')?.missing, patience).toBe(false);
});

it('mute and camera are told; hold stops the frames', async () => {
  await sato.page.click('[data-key=mute]');
  await expect.poll(() => resident.last('open')).toMatchObject({ microphone: false, camera: true });
  await sato.page.click('[data-key=mute]');
  await expect.poll(() => resident.last('open')?.microphone).toBe(true);
  await sato.page.click('[data-key=hold]');
  await expect.poll(() => resident.last('held')?.held).toBe(true);
  await says(sato, '.call-status', '保留中');
  await sato.page.click('[data-key=hold]');
  await expect.poll(() => resident.last('held')?.held).toBe(false);
  await says(sato, '.call-status', 'つながっています');
});

it('an interpreter joins: three see each other', async () => {
  await sato.page.selectOption('#invite', 'vi');
  await sato.page.click('[data-key=invite]');
  await tsuyaku.page.click('[data-key=join]', patience);
  await expect.poll(() => resident.last('guest')?.present, patience).toBe(true);
  await says(tsuyaku, '.call-status', 'つながっています');
  await seen(tsuyaku, 20);
  // Two pictures side by side: another shape than the camera's.
  await expect.poll(async () => {
    const { frames: count } = await resident.received();
    const shape = await resident.page.evaluate(() => {
      const city = document.querySelector('video');
      return city && city.videoHeight > 0 ? city.videoWidth / city.videoHeight : 0;
    });
    return count > 0 ? shape : 0;
  }, patience).toBeGreaterThan(2);
  await seenByResident(10);
  await sato.page.waitForFunction(() =>
    (document.querySelector<HTMLVideoElement>('.guest-picture video')?.getVideoPlaybackQuality().totalVideoFrames ?? 0) > 10, null, patience);
  await look(sato, 'three');
  await look(tsuyaku, 'interpreter');
});

it('an interpreter who loads the page anew is in the call again, without a new invitation', async () => {
  const told = resident.told.length;
  await tsuyaku.page.reload();
  await says(tsuyaku, '.call-status', 'つながっています');
  await seen(tsuyaku, 20);
  await sato.page.waitForFunction(() =>
    (document.querySelector<HTMLVideoElement>('.guest-picture video')?.getVideoPlaybackQuality().totalVideoFrames ?? 0) > 10, null, patience);
  await says(sato, '.call', '通訳が参加しています');
  await seenByResident(10);
  // To the resident the interpreter was there all the time.
  expect(resident.told.slice(told).filter(({ type }) => type === 'guest')).toEqual([]);
});

it('staff who load the page anew come back to the call, and the interpreter to them', async () => {
  await sato.page.reload();
  await says(sato, '.call-status', 'つながっています');
  await seen(sato, 20);
  await seenByResident(10);
  await seen(tsuyaku, 10);
  await tsuyaku.page.click('[data-key="guest.leave"]');
  await expect.poll(() => resident.last('guest')?.present, patience).toBe(false);
  await says(sato, '.call', '通訳を呼ぶ');
  await seenByResident(10);
});

it('handed over to another desk, which sees and is seen', async () => {
  await sato.page.click('[data-key=hand]');
  await sato.page.click('[data-key="hand.desk.fukushi"]');
  await expect.poll(() => resident.last('waiting')?.position, patience).toBe(1);
  await mori.page.click(`[data-key="answer.${resident.call}"]`, patience);
  await says(mori, '.call-status', 'つながっています');
  await seen(mori, 20);
  await seenByResident(20);
  expect(resident.last('answered')?.desk).toBe('豊中市役所 福祉相談');
  expect(await sato.page.locator('.call').count()).toBe(0);
});

it('a note that names somebody is refused; then it is over', async () => {
  await mori.page.click('[data-key=finish]');
  await mori.page.fill('#consult-note', '電話 06-6858-2525');
  await mori.page.click('[data-key="outcome.solved"]');
  await says(mori, 'dialog [role=alert]', '番号やメールアドレス');
  await look(mori, 'finish');
  await mori.page.fill('#consult-note', '申請書を印刷した');
  await mori.page.click('[data-key="outcome.solved"]');
  await expect.poll(() => resident.last('over')?.outcome, patience).toBe('solved');
  await expect.poll(() => mori.page.locator('.call').count()).toBe(0);
});

it('the resident hangs up, and the desk says afterwards what it was', async () => {
  const next = await Resident.arrive(desk, 'kiosk-002');
  await next.ask('welfare', 'en');
  await mori.page.click(`[data-key="answer.${next.call}"]`, patience);
  await says(mori, '.call-status', 'つながっています');
  next.say({ type: 'hung_up' });
  await says(mori, '.call-part', '相談は終わりました');
  await look(mori, 'afterwards');
  await mori.page.click('[data-key="outcome.partly"]');
  await expect.poll(() => mori.page.locator('.call-part').count()).toBe(0);
  expect(await mori.news()).toBe('');
  await next.leave();
});

it('in English and in the largest text', async () => {
  await sato.page.click('[data-key="language.en"]');
  await sato.page.click('[data-key="size.xl"]');
  const next = await Resident.arrive(desk, 'kiosk-003');
  await next.ask('general', 'en');
  await sato.page.click(`[data-key="answer.${next.call}"]`, patience);
  await says(sato, '.call-status', 'Connected');
  await look(sato, 'english-xl');
  next.say({ type: 'hung_up' });
  await sato.page.click('[data-key="outcome.solved"]', patience);
  await next.leave();
});
