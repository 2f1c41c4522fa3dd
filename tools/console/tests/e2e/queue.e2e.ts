// The waiting room: a day at a desk, bookings, and the page for everybody, with the real gateway and a real browser.

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Desk, out, type Tablet } from './desk';
import { clipped, violations } from './look';

let desk: Desk;
let staff: Tablet;
let volunteer: Tablet;
let wall: Tablet;
beforeAll(async () => {
  desk = await Desk.open();
  const yamada = desk.account('yamada-taro', 'staff');
  const sato = desk.account('sato.hanako', 'volunteer');
  staff = await desk.tablet();
  await staff.logIn(yamada);
  volunteer = await desk.tablet();
  await volunteer.logIn(sato);
  wall = await desk.tablet({ width: 1920, height: 1080 });
});
afterAll(async () => {
  for (const tablet of [staff, volunteer, wall]) expect(tablet.complaints).toEqual([]);
  expect(await desk.close()).toBe(0);
});

const news = (tablet: Tablet, text: string) =>
  tablet.page.waitForFunction((wanted) => document.querySelector('.news')?.textContent?.includes(wanted), text);

async function give(tablet: Tablet, topic: string, number: string): Promise<void> {
  await tablet.page.selectOption('#take-topic', topic);
  await tablet.page.click('form button.primary');
  await news(tablet, number);
}

async function look(tablet: Tablet, name: string): Promise<void> {
  expect(await clipped(tablet.page), name).toEqual([]);
  await tablet.page.mouse.move(0, 0);
  await tablet.page.screenshot({ path: join(out, `${name}.png`), fullPage: true });
  expect(await violations(tablet.page), name).toEqual([]);
}

async function choose(tablet: Tablet, language: string, size: string): Promise<void> {
  await tablet.page.click(`[data-key="language.${language}"]`);
  await tablet.page.click(`[data-key="size.${size}"]`);
}

it('a desk gives numbers, calls, calls again, hands over', async () => {
  await staff.open('#/queue');
  await staff.page.waitForSelector('#take-topic');
  await give(staff, 'resident', 'B-001');
  await give(staff, 'resident', 'B-002');
  await give(staff, 'help', 'A-001');
  await give(staff, 'help', 'A-002');
  await staff.page.selectOption('#desk', '2');
  await staff.page.click('[data-key="desk.next"]');
  await news(staff, 'B-001の方をお呼びしました');
  await staff.page.click('[data-key="desk.again"]');
  await news(staff, 'もう一度お呼びしました');
  await staff.page.click('[data-key="hand.welfare"]');
  await staff.page.click('dialog .primary');
  await news(staff, '引き継ぎました');
  await staff.page.selectOption('#desk', '3');
  await staff.page.click('[data-key="desk.next"]');
  await news(staff, 'B-001の方をお呼びしました'); // handed over: first
  await staff.page.click('[data-key="desk.absent"]');
  await news(staff, 'お見えになりませんでした');
  await staff.page.click('[data-key^="back."]');
  await news(staff, '待ち列へ戻りました');
});

it('a volunteer sees help only', async () => {
  await volunteer.open('#/queue');
  await volunteer.page.waitForSelector('#take-topic');
  expect(await volunteer.page.$$eval('#desk option', (all) => all.map((one) => (one as HTMLOptionElement).value))).toEqual(['1']);
  expect(await volunteer.page.$$eval('#take-topic option', (all) => all.map((one) => (one as HTMLOptionElement).value))).toEqual(['help']);
  expect(await volunteer.page.textContent('main')).not.toContain('B-00');
  await volunteer.page.click('[data-key="desk.next"]');
  await news(volunteer, 'A-001');
});

it('two desks at once call nobody twice', async () => {
  await staff.page.selectOption('#desk', '1');
  await staff.page.waitForFunction(() => document.querySelector('.at-desk')?.textContent?.includes('A-001'));
  await Promise.all([staff, volunteer].flatMap(({ page }) => [
    page.waitForResponse((answer) => answer.request().method() === 'POST'), page.click('[data-key="desk.next"]')]));
  const called = async () => (await Promise.all([staff.news(), volunteer.news()])).filter((text) => text?.includes('A-002')).length;
  await expect.poll(called).toBe(1);
});

/** The page of a booking. */
let booked = '';

it('books, checks in too early, cancels', async () => {
  await staff.open('#/bookings');
  await staff.page.waitForSelector('#booking-day');
  const tomorrow = new Date(Date.now() + 33 * 3600_000).toISOString().slice(0, 10); // of Japan
  await staff.page.fill('#booking-day', tomorrow);
  const slots = `#book-slot option[value^="help-${tomorrow.replaceAll('-', '')}"]`;
  await staff.page.waitForSelector(slots, { state: 'attached' });
  const help = await staff.page.locator(slots).evaluateAll(
    (options) => options.map((one) => (one as HTMLOptionElement).value));
  await staff.page.selectOption('#book-slot', help[0]!);
  await staff.page.click('form:has(#book-slot) button');
  await staff.page.waitForSelector('dialog[open] code');
  const code = (await staff.page.textContent('dialog code'))!;
  expect(code).toMatch(/^\d{4}-\d{4}$/);
  await look(staff, 'booked-ja-m');
  await staff.page.click('dialog .primary');
  await staff.page.fill('#check-in-code', code);
  await staff.page.click('form:has(#check-in-code) button');
  await news(staff, '受付は15分前からです');
  await staff.page.click(`[data-key="cancel.${code.replace('-', '')}"]`);
  await staff.page.click('dialog .primary');
  await news(staff, '取り消しました');
  await staff.page.selectOption('#book-slot', help[1]!);
  await staff.page.click('form:has(#book-slot) button');
  await staff.page.waitForSelector('dialog[open] code');
  booked = (await staff.page.getAttribute('[data-key="booking.page"]', 'href'))!;
  await staff.page.click('dialog .primary');
});

describe('pages', () => {
  for (const [language, size, width] of [['ja', 'm', 1280], ['ja', 'xl', 800], ['en', 'm', 1280], ['en', 'xl', 800]] as const) {
    it(`${language} ${size}`, async () => {
      await staff.page.setViewportSize({ width, height: 900 });
      await staff.open('#/queue');
      await choose(staff, language, size);
      await staff.page.waitForSelector('.at-desk');
      await look(staff, `queue-${language}-${size}`);
      await staff.open('#/bookings');
      await staff.page.waitForSelector('#booking-day');
      await look(staff, `bookings-${language}-${size}`);
    });
  }
});

it('a press during which the list changes counts', async () => {
  const { page } = volunteer;
  await volunteer.open('#/queue');
  await page.waitForSelector('#take-topic');
  await give(volunteer, 'help', 'A-003');
  await staff.open('#/queue');
  await staff.page.waitForSelector('#take-topic');
  const changed = page.waitForResponse(async (answer) => answer.url().endsWith('/api/queue') && (await answer.text()).includes('A-004'));
  await page.hover('[data-key="desk.next"]');
  await page.mouse.down();
  await give(staff, 'help', 'A-004');
  await changed;
  await page.mouse.up();
  await news(volunteer, 'A-003の方をお呼びしました');
});

it('the keyboard alone calls the next one', async () => {
  const { page } = volunteer;
  await volunteer.open('#/queue');
  await page.waitForSelector('#take-topic');
  await give(volunteer, 'help', 'A-005');
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  for (let i = 0; i < 40; ++i) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(() => (document.activeElement as HTMLElement).dataset['key'] === 'desk.next')) break;
  }
  await page.keyboard.press('Enter');
  await news(volunteer, 'A-004の方をお呼びしました');
  expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset['key'])).toBe('desk.next');
});

describe('for everybody', () => {
  it('the wall shows who is called, without being touched', async () => {
    await wall.page.goto(`https://${desk.publicAddress}/queue`);
    expect(await wall.page.textContent('.number')).toBe('A-004');
    await look(wall, 'wall');
    await give(volunteer, 'help', 'A-006');
    await volunteer.page.click('[data-key="desk.next"]');
    await news(volunteer, 'A-005の方をお呼びしました');
    await wall.page.waitForFunction(() => document.querySelector('.number')?.textContent === 'A-005', undefined,
      { timeout: 15_000, polling: 200 }); // by the clock: nobody draws a page that is behind another
  });

  it('on a phone', async () => {
    await wall.page.setViewportSize({ width: 375, height: 800 });
    await wall.page.goto(`https://${desk.publicAddress}/queue`);
    await look(wall, 'wall-phone');
    await wall.page.goto(`https://${desk.publicAddress}/queue/00000000-0000-4000-8000-000000000000`);
    expect(await wall.page.textContent('main')).toContain('まだ届いていません');
    await look(wall, 'ticket-phone');
    await wall.page.goto(booked);
    expect(await wall.page.textContent('main')).toContain('予約番号');
    await look(wall, 'booking-phone');
    const file = wall.page.waitForEvent('download');
    await wall.page.click('main a[href$=".ics"]');
    expect((await file).suggestedFilename()).toBe('booking.ics');
  });

  it('the voice speaks when it was switched on, in both languages', async () => {
    await choose(staff, 'ja', 'm');
    await wall.page.goto(`https://${desk.publicAddress}/queue`);
    await wall.page.evaluate(() => {
      const said: string[] = [];
      (globalThis as unknown as { said: string[] }).said = said;
      speechSynthesis.speak = (words) => { said.push(`${words.lang} ${words.text}`); };
    });
    await wall.page.click('header button');
    expect(await wall.page.getAttribute('header button', 'aria-pressed')).toBe('true');
    // Two within one look of the wall, perhaps within one second: both are spoken.
    await staff.page.selectOption('#desk', '2');
    await staff.page.click('[data-key="desk.next"]');
    await news(staff, 'B-002の方をお呼びしました');
    await volunteer.page.click('[data-key="desk.next"]');
    await news(volunteer, 'A-006の方をお呼びしました');
    await expect.poll(() => wall.page.evaluate(() => (globalThis as unknown as { said: string[] }).said.sort()), { timeout: 15_000 }).toEqual([
      'en-US Number A 0 0 6, please come to desk 1.',
      'en-US Number B 0 0 2, please come to desk 2.',
      'ja-JP 受付番号、A 0 0 6、の方、1番の窓口へお越しください。',
      'ja-JP 受付番号、B 0 0 2、の方、2番の窓口へお越しください。',
    ]);
  });
});
