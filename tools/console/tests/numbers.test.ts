import { describe, expect, it, vi } from 'vitest';
import { Refused } from '../src/api';
import type { GuideFigure, GuideView, Stats, StatsPoint } from '../src/generated/messages';
import type { Context } from '../src/page';
import { numbersPage } from '../src/pages/numbers';
import { words, type Language } from '../src/words';

const nothing = { answers: 0 };
const point = (at: string, sessions: number, more: Partial<StatsPoint> = {}): StatsPoint =>
  ({ at, whole: true, sessions, minutes: sessions * 10, uses: sessions * 2, finished: sessions, classes: 0, class_people: 0, talks: 0, satisfaction: nothing, ...more });
const empty: Stats = {
  from: '2025-12-01', to: '2026-11-22', all: true, by_day: false, smallest_count: 10, points: [], sessions: 0, minutes: 0,
  declined: 0, satisfaction: nothing, satisfaction_help: nothing, satisfaction_kiosk: nothing, topics: [], help_outcomes: [],
  help_languages: [], help_hours: [], help_places: [], uses: 0, flows: [], flow_languages: [], flow_text_sizes: [],
  flow_hours: [], flow_places: [], talks: 0, talk_minutes: 0, unanswered: 0, no_shows: 0, satisfaction_consult: nothing,
  consult_topics: [], consult_outcomes: [], consult_rungs: [], consult_deeds: [], consult_languages: [], consult_hours: [],
  consult_places: [], periods: [],
};
const some: Stats = {
  ...empty, first_day: '2026-10-05', sessions: 30, minutes: 300, uses: 60,
  points: [point('2026-09', 0), point('2026-10', 20, { satisfaction: { answers: 12, mean_hundredths: 430, high_percent: 83 } }),
    point('2026-11', 10, { whole: false })],
  satisfaction: { answers: 12, mean_hundredths: 430, high_percent: 83 },
  flows: [{ flow: 'certificate', uses: 60, outcomes: [{ name: 'finished', count: 50 }, { name: 'left', count: 10 }],
    steps: [{ step: 'place_card', reached: 60, ended: 1, median_s: 5, p90_s: 20 }, { step: 'pin', reached: 59, ended: 9, median_s: 15, p90_s: 60 },
      { step: 'lesson_step.2', reached: 50, ended: 0, median_s: 5, p90_s: 5 }, { step: 'of_tomorrow', reached: 50, ended: 0, median_s: 5, p90_s: 5 }] }],
  topics: [{ name: 'cashless', sessions: 30, minutes: 300 }], periods: ['fy2025', '2026-10'],
};

async function shown(stats: Stats | Refused, language: Language = 'ja', guide: GuideView = { this_month: '2026-11', figures: [] }) {
  const asked = vi.fn(async (_from: string, _to: string) => {
    if (stats instanceof Refused) throw stats;
    return stats;
  });
  const kept = vi.fn(async (figure: GuideFigure) => {
    const others = guide.figures.filter(({ month, event }) => month !== figure.month || event !== figure.event);
    const replaced = others.length < guide.figures.length;
    guide = { ...guide, figures: [...others, figure] };
    return { replaced };
  });
  const context = { language, api: { stats: asked, guide: async () => guide, keepGuide: kept }, live: {}, me: { name: 'x', role: !(stats instanceof Refused) && !stats.all ? 'volunteer' : 'staff' }, say: (key: never, args: never) => words(language, key, args) };
  const page = numbersPage(context as unknown as Context);
  document.body.replaceChildren(page.view);
  await vi.waitFor(() => expect(document.body.textContent).not.toContain(words(language, 'app.loading')));
  return { page: document.body, asked, kept };
}

describe('numbers', { timeout: 30_000 }, () => {
  it('says that there is nothing yet', async () => {
    const { page } = await shown(empty);
    expect(page.querySelector('.empty')!.textContent).toContain('まだ記録がありません');
    expect(page.querySelectorAll('.numbers:not(.guide) svg')).toHaveLength(0);
  });
  it('begins where the records begin', async () => {
    const { page } = await shown(some);
    const rows = [...page.querySelectorAll('table[aria-label="月ごとの数字"] tbody tr')];
    expect(rows.map((row) => row.querySelector('th')!.textContent)).toEqual(['2026年10月', '2026年11月（途中）']);
  });
  it('every plot names the table that has its numbers', async () => {
    const { page } = await shown(some);
    for (const svg of page.querySelectorAll('svg.plot')) {
      const text = svg.querySelector('desc')!.textContent!;
      const label = /「(.+?)」/.exec(text)![1];
      expect(page.querySelector(`table[aria-label="${label}"]`)).not.toBeNull();
    }
    expect(page.querySelectorAll('.numbers:not(.guide) svg.plot')).toHaveLength(3);
  });
  it('without a target the line is the first value with enough answers, and says so', async () => {
    const first = await shown(some);
    expect(first.page.querySelector('.target-label')!.textContent).toBe('はじめの値83％');
    expect(first.page.textContent).toContain('目標の値は設定されていません');
    const second = await shown({ ...some, satisfaction_target: 80 });
    expect(second.page.querySelector('.target-label')!.textContent).toBe('目標80％');
    const third = await shown({ ...some, smallest_count: 13 });
    expect(third.page.querySelector('.target-label')).toBeNull();
  });
  it('says where most people give up, with screens that it does not know too', async () => {
    const { page } = await shown(some, 'en');
    expect(page.textContent).toContain('Most ended at “PIN” (9).');
    expect(page.textContent).toContain('of_tomorrow');
    expect(page.textContent).toContain('Explanation (2)');
  });
  it('says when nobody came to a class', async () => {
    const { page } = await shown(some);
    expect(page.textContent).toContain('まだ、教室の参加者はいません');
  });
  it('consultations: how many, how long they waited, what came of them', async () => {
    const wait = { wait_median_s: 130, wait_p90_s: 600 };
    const { page } = await shown({
      ...some, talks: 12, talk_minutes: 240, unanswered: 3, no_shows: 1,
      consult_topics: [{ name: 'total', talks: 12, minutes: 240, ...wait }, { name: 'lawyer', talks: 0, minutes: 0, ...wait },
        { name: 'welfare', talks: 12, minutes: 240, ...wait }],
      consult_outcomes: [{ name: 'solved', count: 12 }, { name: 'left', count: 0 }, { name: 'broken', count: 3 }],
      consult_rungs: [{ name: 'audio', count: 2 }], consult_deeds: [{ name: 'explained', count: 9 }],
    });
    const rows = [...page.querySelectorAll('table[aria-label="ビデオ相談の内訳 話題"] tbody tr')]
      .map((row) => [...row.children].map((cell) => cell.textContent));
    expect(rows.map(([name]) => name)).toEqual(['合計', '福祉・年金']);
    expect(rows[0]!.slice(2)).toEqual(['20分', '3分', '10分']);
    for (const text of ['応答の前に終わったもの', '通信が切れた', '音声のみ', '説明した']) expect(page.textContent).toContain(text);
    expect(page.querySelectorAll('.numbers:not(.guide) svg.plot')).toHaveLength(4);
  });
  it('offers the editions that are out', async () => {
    const { page } = await shown(some, 'en');
    const links = [...page.querySelectorAll<HTMLAnchorElement>('.downloads a')];
    expect(links.map((link) => link.getAttribute('href'))).toEqual(['/console/api/open_data/fy2025', '/console/api/open_data/2026-10']);
    expect(links.map((link) => link.textContent)).toEqual(['Fiscal year 2025 (CSV)', 'October 2026 (CSV)']);
  });
  it('asks for the days that were chosen', async () => {
    const { page, asked } = await shown(some);
    page.querySelector<HTMLInputElement>('#stats-from')!.value = '2026-10-01';
    page.querySelector<HTMLButtonElement>('.span button[type=submit]')!.click();
    await vi.waitFor(() => expect(asked).toHaveBeenLastCalledWith('2026-10-01', '2026-11-22'));
  });
  it('a volunteer sees the totals and no question for days', async () => {
    const { page } = await shown({ ...some, all: false, flows: [], topics: [], uses: 0 });
    expect(page.querySelector('form')).toBeNull();
    expect(page.querySelectorAll('.numbers:not(.guide) svg.plot')).toHaveLength(1);
    expect(page.textContent).toContain('表示できる数の回答がまだありません');
    expect(page.textContent).not.toContain('オープンデータ');
  });
  it('says what was refused', async () => {
    const { page } = await shown(new Refused('unreachable'));
    expect(page.querySelector('.news.bad')!.textContent).not.toBe('');
  });
});

const figure = (month: string, users: number, procedures: number): GuideFigure => ({ month, event: 'birth', users, procedures });

describe('procedure guide', { timeout: 30_000 }, () => {
  const rows = () => [...document.querySelectorAll('.guide tbody tr')].map((row) => [...row.children].map((cell) => cell.textContent));
  const labels = () => [...document.querySelectorAll('svg[aria-labelledby^="plot-guide-birth"] text')].map(({ textContent }) => textContent);
  const fill = async (month: string, event: string, users: string, procedures: string) => {
    const put = (id: string, value: string) => {
      const input = document.querySelector<HTMLInputElement | HTMLSelectElement>(`#${id}`)!;
      input.value = value;
      input.dispatchEvent(new Event('change'));
    };
    await vi.waitFor(() => expect(document.querySelector('#guide-month')).not.toBeNull());
    put('guide-month', month);
    put('guide-event', event);
    put('guide-users', users);
    put('guide-procedures', procedures);
    document.querySelector('.guide form')!.dispatchEvent(new Event('submit'));
    await vi.waitFor(() => expect(document.querySelector('.guide .news')!.textContent).not.toBe(''));
    const said = document.querySelector('.guide .news')!.textContent;
    document.querySelector('.guide .news')!.textContent = '';
    return said;
  };

  it("begins with the strategy's own rates, and says that nothing was entered", async () => {
    const { page } = await shown(some);
    expect(page.textContent).toContain('月ごとの数字は、まだ入力されていません');
    expect(rows()).toEqual([['策定時', '5.1％ 971人／19,149件', '3％ 560人／18,741件', '14.9％ 247人／1,662件', '11.6％ 369人／3,184件',
      '33.7％ 211人／627件', '17.8％ 730人／4,092件']]);
    expect(page.querySelectorAll('.guide svg.plot')).toHaveLength(6);
  });
  it('months are drawn in their order, a gap where one is missing', async () => {
    await shown(some, 'ja', { this_month: '2026-11', figures: [figure('2026-08', 30, 250), figure('2026-10', 0, 0), figure('2026-11', 40, 200)] });
    expect(rows().map(([month, , , , birth]) => [month, birth])).toEqual([['2026年11月', '20％ 40人／200件'], ['2026年10月', '0人／0件'],
      ['2026年8月', '12％ 30人／250件'], ['策定時', '11.6％ 369人／3,184件']]);
    const line = document.querySelector('svg[aria-labelledby^="plot-guide-birth"] .line')!.getAttribute('d')!;
    expect(line.match(/[ML]/g)).toEqual(['M', 'M', 'M']); // strategy, August, November: none of them side by side
    expect(labels()).toContain('12％');
  });
  it('refuses in words what cannot be, and asks the gateway nothing', async () => {
    const { kept } = await shown(some);
    expect(await fill('', 'birth', '1', '2')).toContain('年月を選んで');
    expect(await fill('2026-10', 'birth', 'x', '2')).toContain('数字で入力');
    expect(await fill('2026-10', 'birth', '', '2')).toContain('数字で入力');
    expect(await fill('2026-10', 'birth', '-1', '2')).toContain('数字で入力');
    expect(await fill('2026-10', 'birth', '3', '2')).toContain('手続き総件数より多く');
    expect(kept).not.toHaveBeenCalled();
  });
  it('keeps a figure, and says when it takes the place of another', async () => {
    const { kept } = await shown(some);
    expect(await fill('2026-10', 'moving_in', '８１', '1,596')).toBe('2026年10月の「転入」を保存しました。');
    expect(kept).toHaveBeenLastCalledWith({ month: '2026-10', event: 'moving_in', users: 81, procedures: 1596 });
    expect(rows()[0]![1]).toBe('5.1％ 81人／1,596件');
    expect(await fill('2026-10', 'moving_in', '82', '1596')).toContain('新しい数字に置きかえました');
  });
  it('what is there is put into the form, so that it can be corrected', async () => {
    await shown(some, 'en', { this_month: '2026-11', figures: [figure('2026-10', 30, 250)] });
    const month = document.querySelector<HTMLInputElement>('#guide-month')!;
    month.value = '2026-10';
    const event = document.querySelector<HTMLSelectElement>('#guide-event')!;
    event.value = 'birth';
    event.dispatchEvent(new Event('change'));
    expect(document.querySelector<HTMLInputElement>('#guide-users')!.value).toBe('30');
    expect(document.querySelector('.guide')!.textContent).toContain('This month has figures');
  });
  it('a volunteer is not asked for figures', async () => {
    const { page } = await shown({ ...some, all: false });
    expect(page.querySelector('.guide')).toBeNull();
  });
});
