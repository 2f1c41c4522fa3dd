// The city's procedure guide on the web: a rate for each life event, month by month, and the form in which staff enter what
// the guide and the counters have counted (tools/gateway/numbers/guide_api.h).

import { Refused } from '../api';
import { h, replaceContent } from '../dom';
import { LifeEventNames, type GuideFigure, type GuideView, type LifeEvent } from '../generated/messages';
import { labelled, newsPlace, pointName, refusalWords, sendingForm, table, type Column, type Context } from '../page';
import { described, linePlot, type Plot, type PlotPoint } from '../plot';

/** Of the strategy's own table (戦略2.0): users, procedures. The first points. */
const baseline: Record<LifeEvent, { users: number; procedures: number }> = {
  moving_in: { users: 971, procedures: 19149 },
  moving_out: { users: 560, procedures: 18741 },
  marriage: { users: 247, procedures: 1662 },
  birth: { users: 369, procedures: 3184 },
  divorce: { users: 211, procedures: 627 },
  death: { users: 730, procedures: 4092 },
};

type Counts = { users: number; procedures: number };
type Say = Context['say'];

/** Percent with one decimal; nothing where there were no procedures. */
function rateOf({ users, procedures }: Counts): number | null {
  return procedures === 0 ? null : Math.round((1000 * users) / procedures) / 10;
}

export function guideSection(context: Context): HTMLElement {
  const { say, api } = context;
  const news = newsPlace();
  const place = h('div', {}, h('p', {}, say('app.loading')));
  const form = h('div', {});
  const load = async () => {
    const view = await api.guide();
    replaceContent(place, figures(context, view));
    return view;
  };
  load()
    .then((view) => replaceContent(form, entryForm(context, view, load, news)))
    .catch((error: unknown) => {
      replaceContent(place);
      news.tell(refusalWords(error, say), true);
    });
  return h('section', { class: 'numbers guide' },
    h('h2', {}, say('stats.guide')),
    h('p', { class: 'note' }, say('stats.guide_note')),
    h('p', { class: 'note' }, say('stats.guide_baseline_note')),
    place,
    h('h3', {}, say('stats.guide_enter')),
    news.view,
    form);
}

// ---- what is known ----

function figures(context: Context, view: GuideView) {
  const { say } = context;
  const users = view.figures.reduce((sum, one) => sum + one.users, 0);
  const months = [...new Set(view.figures.map(({ month }) => month))].sort();
  const rates = [...view.figures, ...Object.values(baseline)].map((one) => rateOf(one) ?? 0);
  return [
    view.figures.length === 0 ? h('p', {}, say('stats.guide_nothing')) : h('p', {}, say('stats.guide_total', { count: users })),
    h('div', { class: 'small-plots' }, LifeEventNames.map((event) =>
      ratePlot(context, event, months, view.figures.filter((one) => one.event === event), Math.max(...rates)))),
    rateTable(context, months, view.figures),
  ];
}

/** From the first month to the last, none left out. */
function between(months: string[]): string[] {
  const [first, last] = [months[0], months.at(-1)];
  const all = [];
  for (let month = first; month !== undefined && last !== undefined && month <= last; month = monthAfter(month)) all.push(month);
  return all;
}

function monthAfter(month: string): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
}

/** All events on one scale, so that one plot can be held beside another. */
function ratePlot({ say, language }: Context, event: LifeEvent, months: string[], own: GuideFigure[], most: number): HTMLElement {
  const id = `plot-guide-${event.replace('_', '-')}`;
  const name = say(`stats.event_${event}`);
  const now = months.at(-1);
  const points: PlotPoint[] = [{ label: say('stats.guide_baseline'), value: rateOf(baseline[event]), whole: true }];
  // The first point is of no month: the line does not lead from it.
  if (now !== undefined) points.push({ label: '', value: null, whole: true });
  for (const month of between(months)) {
    const figure = own.find((one) => one.month === month);
    points.push({ label: pointName(month, language, true), value: figure ? rateOf(figure) : null, whole: true });
  }
  const plot: Plot = {
    id, title: `${say('stats.guide')} ${name}`, description: '', points, atLeast: most, columns: 2,
    say: (value) => say('stats.guide_percent', { percent: String(value) }),
  };
  const words = {
    span: (first: string, last: string, least: string, largest: string) => say('stats.plot_span', { first, last, least, most: largest }),
    empty: say('stats.plot_empty'),
  };
  plot.description = `${described(plot, words)} ${say('stats.plot_table', { table: say('stats.guide_table') })}`;
  return h('figure', {}, h('figcaption', {}, name), linePlot(plot));
}

function rateTable({ say, language }: Context, months: string[], all: GuideFigure[]): HTMLElement {
  const number = (value: number) => new Intl.NumberFormat(language).format(value);
  const cell = (counts: Counts | undefined) => {
    const rate = counts && rateOf(counts);
    if (!counts) return say('stats.guide_missing');
    const text = say('stats.guide_counts', { users: number(counts.users), procedures: number(counts.procedures) });
    return rate === null || rate === undefined ? text : [say('stats.guide_percent', { percent: String(rate) }), ' ', h('span', { class: 'note' }, text)];
  };
  type Row = { label: string; of: (event: LifeEvent) => Counts | undefined };
  const rows: Row[] = [...months].reverse().map((month) => ({
    label: pointName(month, language, false), of: (event) => all.find((one) => one.month === month && one.event === event),
  }));
  rows.push({ label: say('stats.guide_baseline'), of: (event) => baseline[event] });
  const columns: Column<Row>[] = [
    { label: say('stats.at_month'), cell: ({ label }) => label },
    ...LifeEventNames.map((event) => ({ label: say(`stats.event_${event}`), cell: ({ of }: Row) => cell(of(event)) })),
  ];
  return table(say('stats.guide_table'), columns, rows);
}

// ---- what staff enter ----

type News = ReturnType<typeof newsPlace>;

function entryForm(context: Context, first: GuideView, load: () => Promise<GuideView>, news: News): HTMLElement {
  const { say, api, language } = context;
  let view = first;
  const month = h('input', { type: 'month', max: view.this_month, placeholder: '2026-10', 'data-key': 'guide.month' });
  const event = h('select', { 'data-key': 'guide.event' }, LifeEventNames.map((one) => h('option', { value: one }, say(`stats.event_${one}`))));
  const count = (key: string) => h('input', { type: 'text', inputmode: 'numeric', autocomplete: 'off', maxlength: 12, 'data-key': key });
  const [users, procedures] = [count('guide.users'), count('guide.procedures')];
  const known = h('p', { class: 'note', role: 'status' });
  const recall = () => {
    const figure = view.figures.find((one) => one.month === month.value && one.event === event.value);
    known.textContent = figure ? say('stats.guide_known') : '';
    if (figure) [users.value, procedures.value] = [String(figure.users), String(figure.procedures)];
  };
  for (const one of [month, event]) one.addEventListener('change', recall);
  const form = sendingForm(
    [
      labelled('guide-month', say('stats.guide_month'), null, month),
      labelled('guide-event', say('stats.guide_event'), null, event),
      labelled('guide-users', say('stats.guide_users'), say('stats.guide_users_note'), users),
      labelled('guide-procedures', say('stats.guide_all'), say('stats.guide_all_note'), procedures),
      known,
    ],
    say('stats.guide_save'),
    async () => {
      const figure: GuideFigure = {
        month: month.value.trim(), event: event.value as LifeEvent, users: countIn(users.value), procedures: countIn(procedures.value),
      };
      const wrong = problemOf(figure, view.this_month, say);
      if (wrong !== '') return news.tell(wrong, true);
      const { replaced } = await api.keepGuide(figure);
      users.value = procedures.value = known.textContent = '';
      const what = { month: pointName(figure.month, language, false), event: say(`stats.event_${figure.event}`) };
      view = await load();
      news.tell(say(replaced ? 'stats.guide_corrected' : 'stats.guide_saved', what));
    },
    (error) => news.tell(error instanceof Refused && error.code === 'malformed' ? say('refused.malformed') : refusalWords(error, say), true),
  );
  return form;
}

/** "19,149" and full-width digits are a count; NaN for what is none. */
function countIn(text: string): number {
  const digits = text.normalize('NFKC').replace(/[,\s]/g, '');
  return /^\d{1,9}$/.test(digits) ? Number(digits) : NaN;
}

/** As problem_of() in tools/gateway/numbers/guide_figures.cpp has it, in words for who typed it. */
function problemOf(figure: GuideFigure, this_month: string, say: Say): string {
  if (!/^\d{4}-\d{2}$/.test(figure.month)) return say('stats.guide_no_month');
  if (figure.month > this_month) return say('stats.guide_future');
  if (Number.isNaN(figure.users) || Number.isNaN(figure.procedures)) return say('stats.guide_no_count');
  if (figure.users > figure.procedures) return say('stats.guide_more_users');
  return '';
}
