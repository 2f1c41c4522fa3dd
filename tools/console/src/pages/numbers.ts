// What was done, in numbers: tools/gateway/numbers/stats_api.h. A volunteer sees the totals of help, staff everything.

import { h, replaceContent, type Child } from '../dom';
import type { Stats, StatsConsult, StatsFlow, StatsItem, StatsPoint, StatsSatisfaction, StatsStep } from '../generated/messages';
import { labelled, newsPlace, pointName, refusalWords, sendingForm, table, type Column, type Context, type Page } from '../page';
import { Refused } from '../api';
import { barPlot, described, funnelBar, linePlot, type Plot, type PlotPoint } from '../plot';
import { isKey, type Key, type Language } from '../words';
import { guideSection } from './guide';

type Say = Context['say'];

export function numbersPage(context: Context): Page {
  const { say, api } = context;
  const news = newsPlace();
  const place = h('div', { class: 'numbers' }, h('p', {}, say('app.loading')));
  let gone = false;
  const load = async (from: string, to: string) => {
    const stats = await api.stats(from, to);
    if (gone) return;
    news.tell('');
    replaceContent(place, stats.all && spanForm(context, stats, load, failed), ...content(context, stats));
  };
  const failed = (error: unknown) =>
    news.tell(error instanceof Refused && error.code === 'malformed' ? say('stats.malformed') : refusalWords(error, say), true);
  void load('', '').catch((error: unknown) => {
    replaceContent(place);
    failed(error);
  });
  return {
    title: say('stats.title'),
    view: h('div', {}, h('h1', { tabindex: -1 }, say('stats.title')), news.view, place,
      context.me.role !== 'volunteer' && guideSection(context)),
    leave: () => { gone = true; },
  };
}

type Load = (from: string, to: string) => Promise<void>;

function spanForm({ say }: Context, stats: Stats, load: Load, failed: (error: unknown) => void): HTMLElement {
  const from = h('input', { type: 'date', value: stats.from, 'data-key': 'stats.from' });
  const to = h('input', { type: 'date', value: stats.to, 'data-key': 'stats.to' });
  const form = sendingForm(
    [labelled('stats-from', say('stats.from'), null, from), labelled('stats-to', say('stats.to'), null, to)],
    say('stats.show'), () => load(from.value, to.value), failed);
  form.classList.add('span');
  const quick = (key: Key, go: () => Promise<void>) =>
    h('button', { type: 'button', class: 'secondary', 'data-key': key, click: () => void go().catch(failed) }, say(key));
  return h('div', { class: 'span-choice' }, form, h('div', { class: 'span-quick' },
    quick('stats.year', () => load('', '')),
    quick('stats.month', () => load(daysBefore(29), '')),
    h('button', { type: 'button', class: 'secondary', 'data-key': 'stats.print', click: () => print() }, say('stats.print'))));
}

/** The city's date so many days ago. */
function daysBefore(days: number): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Tokyo' }).format(new Date(Date.now() - days * 86_400_000));
}

function content(context: Context, stats: Stats): Child[] {
  const { say, language } = context;
  const span = [
    h('p', { class: 'span-text' }, say('stats.span', { from: dayName(stats.from, language), to: dayName(stats.to, language) })),
    stats.first_day !== undefined && stats.first_day > stats.from &&
      h('p', { class: 'note' }, say('stats.since', { date: dayName(stats.first_day, language) })),
  ];
  if (stats.first_day === undefined) return [h('p', { class: 'empty', role: 'status' }, say('stats.none'))];
  if (stats.sessions + stats.declined + stats.uses + stats.satisfaction.answers + calls(stats) === 0) {
    return [span, h('p', { class: 'empty', role: 'status' }, say('stats.none_here'))];
  }
  const shown = { ...stats, points: knownPoints(stats) };
  return [
    span,
    !stats.all && h('p', { class: 'note' }, say('stats.volunteer_note', { count: stats.smallest_count })),
    summary(context, shown),
    stats.all && satisfaction(context, shown),
    kpis(context, shown),
    h('h2', {}, say(shown.by_day ? 'stats.by_day' : 'stats.by_month')),
    pointTable(context, shown),
    stats.all && details(context, shown),
  ];
}

/** Points before the first record would be zeros that nobody counted. */
function knownPoints(stats: Stats): StatsPoint[] {
  return stats.points.filter(({ at }) => at >= (stats.first_day ?? '').slice(0, at.length));
}

/** Consultations by video that were asked for or booked. */
function calls({ talks, unanswered, no_shows }: Stats): number {
  return talks + unanswered + no_shows;
}

function duration(minutes: number, say: Say): string {
  return minutes < 60 ? say('stats.minutes_count', { count: minutes })
    : say('stats.hours_minutes', { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}

function satisfactionText(one: StatsSatisfaction, say: Say, all: boolean): string {
  if (one.high_percent === undefined || one.mean_hundredths === undefined) {
    return say(all ? 'stats.satisfaction_none' : 'stats.satisfaction_withheld');
  }
  return say('stats.satisfaction_value', { percent: one.high_percent, answers: one.answers, mean: (one.mean_hundredths / 100).toFixed(2) });
}

function summary({ say }: Context, stats: Stats): HTMLElement {
  const fact = (label: string, value: string) => h('div', {}, h('dt', {}, label), h('dd', {}, value));
  const finished = stats.points.reduce((sum, point) => sum + point.finished, 0);
  return h('dl', { class: 'totals' },
    fact(say('stats.sessions'), say('stats.count', { count: stats.sessions })),
    fact(say('stats.minutes'), duration(stats.minutes, say)),
    stats.all && fact(say('stats.uses'), say('stats.count', { count: stats.uses })),
    stats.all && fact(say('stats.finished'), shareText(finished, stats.uses, say)),
    stats.all && calls(stats) > 0 && fact(say('stats.talks'), say('stats.count', { count: stats.talks })),
    stats.declined > 0 && fact(say('stats.declined'), say('stats.count', { count: stats.declined })),
    !stats.all && fact(say('stats.satisfaction_helped'), satisfactionText(stats.satisfaction_help, say, false)));
}

function shareText(count: number, of: number, say: Say): string {
  if (of === 0 || count === 0) return say('stats.count', { count });
  const percent = Math.round((100 * count) / of);
  return percent === 0 ? say('stats.count_little', { count }) : say('stats.count_percent', { count, percent });
}

// ---- over time ----

function plot(context: Context, stats: Stats, id: string, title: Key, atLeast: number, sayValue: Key,
  points: PlotPoint[], draw: (plot: Plot) => SVGElement, line?: Plot['line']): HTMLElement {
  const { say } = context;
  const made: Plot = { id, title: say(title), description: '', points, atLeast, say: (count) => say(sayValue, { count }), ...(line && { line }) };
  const words = {
    span: (first: string, last: string, least: string, most: string) => say('stats.plot_span', { first, last, least, most }),
    empty: say('stats.plot_empty'),
  };
  const where = say('stats.plot_table', { table: say(stats.by_day ? 'stats.by_day' : 'stats.by_month') });
  made.description = [line?.label, described(made, words), where].filter(Boolean).join(' ');
  return h('figure', {}, draw(made));
}

function pointsOf(context: Context, stats: Stats, value: (point: StatsPoint) => number | null, full?: (point: StatsPoint) => number): PlotPoint[] {
  return stats.points.map((point) => ({
    label: pointName(point.at, context.language, true), value: value(point), whole: point.whole, ...(full && { full: full(point) }),
  }));
}

function satisfaction(context: Context, stats: Stats): Child[] {
  const { say } = context;
  const percent = stats.satisfaction_target ?? firstEnough(stats);
  const line = percent === null ? undefined
    : { value: percent, label: say(stats.satisfaction_target === undefined ? 'stats.baseline' : 'stats.target', { percent }) };
  return [
    h('h2', {}, say('stats.satisfaction_kgi')),
    h('p', { class: 'note' }, say('stats.satisfaction_note')),
    line && stats.satisfaction_target === undefined && h('p', { class: 'note' }, say('stats.no_target', { count: stats.smallest_count })),
    h('dl', { class: 'totals' }, ([['stats.satisfaction_all', stats.satisfaction], ['stats.satisfaction_help', stats.satisfaction_help],
      ['stats.satisfaction_kiosk', stats.satisfaction_kiosk], ['stats.satisfaction_consult', stats.satisfaction_consult]] as const).map(([key, one]) =>
      h('div', {}, h('dt', {}, say(key)), h('dd', {}, satisfactionText(one, say, true))))),
    plot(context, stats, 'plot-satisfaction', 'stats.satisfaction', 100, 'stats.percent',
      pointsOf(context, stats, ({ satisfaction: one }) => one.high_percent ?? null), linePlot, line),
  ];
}

/** The share at the first point with enough answers: what "more satisfaction" is more than. */
function firstEnough(stats: Stats): number | null {
  return stats.points.find(({ satisfaction: one }) => one.answers >= stats.smallest_count)?.satisfaction.high_percent ?? null;
}

function kpis(context: Context, stats: Stats): Child[] {
  const { say } = context;
  return [
    h('h2', {}, say('stats.kpi')),
    h('h3', {}, say('stats.sessions_kpi')),
    h('p', { class: 'note' }, say('stats.sessions_note')),
    plot(context, stats, 'plot-sessions', 'stats.sessions', 4, 'stats.count', pointsOf(context, stats, ({ sessions }) => sessions), barPlot),
    stats.all && [
      h('h3', {}, say('stats.uses')),
      plot(context, stats, 'plot-uses', 'stats.uses', 4, 'stats.count',
        pointsOf(context, stats, ({ uses }) => uses, ({ finished }) => finished), barPlot),
      h('ul', { class: 'legend' },
        h('li', {}, h('span', { class: 'swatch full', 'aria-hidden': 'true' }), say('stats.finished')),
        h('li', {}, h('span', { class: 'swatch rest', 'aria-hidden': 'true' }), say('stats.unfinished'))),
      calls(stats) > 0 && [
        h('h3', {}, say('stats.talks')),
        h('p', { class: 'note' }, say('stats.talks_note')),
        plot(context, stats, 'plot-talks', 'stats.talks', 4, 'stats.count', pointsOf(context, stats, ({ talks }) => talks), barPlot),
      ],
      h('h3', {}, say('stats.classes')),
      classes(context, stats),
    ],
  ];
}

function classes(context: Context, stats: Stats): Child {
  const { say } = context;
  const held = stats.points.reduce((sum, point) => sum + point.classes, 0);
  if (held === 0) return h('p', {}, say('stats.classes_none'));
  return [
    h('p', { class: 'note' }, say('stats.classes_note', { classes: held })),
    plot(context, stats, 'plot-classes', 'stats.class_people', 4, 'stats.count', pointsOf(context, stats, ({ class_people }) => class_people), barPlot),
  ];
}

function pointTable(context: Context, stats: Stats): HTMLElement {
  const { say, language } = context;
  const number = (value: number) => new Intl.NumberFormat(language).format(value);
  const columns: Column<StatsPoint>[] = [
    {
      label: say(stats.by_day ? 'stats.at_day' : 'stats.at_month'),
      cell: ({ at, whole }) => pointName(at, language, false) + (whole ? '' : say('stats.part')),
    },
    { label: say('stats.sessions'), cell: ({ sessions }) => number(sessions) },
    { label: say('stats.minutes'), cell: ({ minutes }) => duration(minutes, say) },
  ];
  if (stats.all) {
    if (calls(stats) > 0) columns.push({ label: say('stats.talks'), cell: ({ talks }) => number(talks) });
    columns.push(
      { label: say('stats.uses'), cell: ({ uses }) => number(uses) },
      { label: say('stats.finished'), cell: ({ finished, uses }) => shareText(finished, uses, say) },
      { label: say('stats.satisfaction'), cell: ({ satisfaction: one }) => (one.answers === 0 ? say('stats.no_value') : satisfactionText(one, say, true)) },
    );
  }
  return table(say(stats.by_day ? 'stats.by_day' : 'stats.by_month'), columns, stats.points);
}

// ---- for staff ----

function details(context: Context, stats: Stats): Child[] {
  const { say, language } = context;
  const hour = (name: string) => say('stats.hour_from', { hour: Number(name) });
  const spoken = (name: string) => languageName(name, language);
  return [
    h('h2', {}, say('stats.where')),
    h('p', { class: 'note' }, say('stats.where_note')),
    stats.flows.map((flow) => funnel(context, flow)),
    h('h2', {}, say('stats.help')),
    h('div', { class: 'breakdowns' },
      topicTable(context, stats),
      counts(context, 'stats.help', 'stats.outcome', stats.help_outcomes, (name) => nameOf(`outcome.${name}`, name, say)),
      counts(context, 'stats.help', 'stats.language', stats.help_languages, spoken),
      counts(context, 'stats.help', 'stats.hour', stats.help_hours, hour),
      counts(context, 'stats.help', 'stats.place', stats.help_places, (name) => name)),
    calls(stats) > 0 && consultations(context, stats),
    h('h2', {}, say('stats.kiosks')),
    h('div', { class: 'breakdowns' },
      counts(context, 'stats.kiosks', 'stats.language', stats.flow_languages, spoken),
      counts(context, 'stats.kiosks', 'stats.size', stats.flow_text_sizes, (name) => nameOf(`size.${name}`, name, say)),
      counts(context, 'stats.kiosks', 'stats.hour', stats.flow_hours, hour),
      counts(context, 'stats.kiosks', 'stats.place', stats.flow_places, (name) => name)),
    openData(context, stats),
  ];
}

function consultations(context: Context, stats: Stats): Child[] {
  const { say, language } = context;
  const some = (items: StatsItem[]) => items.filter(({ count }) => count > 0);
  const table_of = (label: Key, items: StatsItem[], name: (name: string) => string) =>
    counts(context, 'stats.consult', label, items, name);
  return [
    h('h2', {}, say('stats.consult')),
    h('p', { class: 'note' }, say('stats.consult_note')),
    h('dl', { class: 'totals' }, ([['stats.talk_minutes', duration(stats.talk_minutes, say)],
      ['stats.unanswered', say('stats.count', { count: stats.unanswered })],
      ['stats.no_shows', say('stats.count', { count: stats.no_shows })]] as const).map(([key, value]) =>
      h('div', {}, h('dt', {}, say(key)), h('dd', {}, value)))),
    h('div', { class: 'breakdowns' },
      consultTopics(context, stats),
      table_of('stats.outcome', some(stats.consult_outcomes), (name) => nameOf(`consult.outcome_${name}`, name, say)),
      table_of('stats.rung', some(stats.consult_rungs), (name) => nameOf(`stats.rung_${name}`, name, say)),
      table_of('stats.deed', some(stats.consult_deeds), (name) => nameOf(`consult.deed_${name}`, name, say)),
      table_of('stats.language', stats.consult_languages, (name) => languageName(name, language)),
      table_of('stats.hour', stats.consult_hours, (name) => say('stats.hour_from', { hour: Number(name) })),
      table_of('stats.place', stats.consult_places, (name) => name)),
  ];
}

function consultTopics({ say }: Context, stats: Stats): HTMLElement {
  const wait = (seconds: number) => say('stats.minutes_count', { count: Math.ceil(seconds / 60) });
  const columns: Column<StatsConsult>[] = [
    { label: say('stats.topic'), cell: ({ name }) => nameOf(`consult.topic_${name}`, name === 'total' ? say('stats.total') : name, say) },
    { label: say('stats.number'), cell: ({ talks }) => shareText(talks, stats.talks, say) },
    { label: say('stats.average'), cell: ({ minutes, talks }) => duration(Math.round(minutes / talks), say) },
    { label: say('stats.wait'), cell: (one) => wait(one.wait_median_s) },
    { label: say('stats.wait_p90'), cell: (one) => wait(one.wait_p90_s) },
  ];
  return table(`${say('stats.consult')} ${say('stats.topic')}`, columns, stats.consult_topics.filter(({ talks }) => talks > 0));
}

function funnel(context: Context, flow: StatsFlow): HTMLElement {
  const { say } = context;
  const name = nameOf(`flow.${flow.flow}`, flow.flow, say);
  const most = Math.max(...flow.steps.map(({ reached }) => reached), 0);
  const worst = flow.steps.reduce<StatsStep | null>((found, step) => (step.ended > (found?.ended ?? 0) ? step : found), null);
  const step = (one: string) => stepName(one, say);
  const columns: Column<StatsStep>[] = [
    { label: say('stats.step'), cell: (one) => step(one.step) },
    {
      label: say('stats.reached'),
      cell: (one) => [
        h('span', { class: 'funnel-count' }, say('stats.count', { count: one.reached })),
        funnelBar(`funnel-${flow.flow}-${one.step}`.replace(/\W/g, '-'), say('stats.bar', { reached: one.reached, ended: one.ended }), one.reached, one.ended, most),
      ],
    },
    { label: say('stats.ended'), cell: (one) => shareText(one.ended, one.reached, say) },
    { label: say('stats.median'), cell: (one) => say('stats.seconds', { count: one.median_s }) },
    { label: say('stats.p90'), cell: (one) => say('stats.seconds', { count: one.p90_s }) },
  ];
  return h('section', { class: 'flow' },
    h('h3', {}, `${name} ${say('stats.count', { count: flow.uses })}`),
    h('ul', { class: 'outcomes' }, flow.outcomes.filter(({ count }) => count > 0).map(({ name: outcome, count }) =>
      h('li', {}, `${nameOf(`ending.${outcome}`, outcome, say)} ${shareText(count, flow.uses, say)}`))),
    h('p', {}, worst ? say('stats.most', { step: step(worst.step), count: worst.ended }) : say('stats.nobody_gave_up')),
    table(`${say('stats.where')} ${name}`, columns, flow.steps));
}

function topicTable({ say }: Context, stats: Stats): HTMLElement {
  const topics = stats.topics.filter(({ sessions }) => sessions > 0);
  return table(`${say('stats.help')} ${say('stats.topic')}`, [
    { label: say('stats.topic'), cell: ({ name }) => nameOf(`topic.${name}`, name, say) },
    { label: say('stats.number'), cell: ({ sessions }) => shareText(sessions, stats.sessions, say) },
    { label: say('stats.average'), cell: ({ minutes, sessions }) => duration(Math.round(minutes / sessions), say) },
  ], topics);
}

function counts({ say, language }: Context, whole: Key, label: Key, items: StatsItem[], name: (name: string) => string): HTMLElement {
  return table(`${say(whole)} ${say(label)}`, [
    { label: say(label), cell: (item) => name(item.name) },
    { label: say('stats.number'), cell: ({ count }) => new Intl.NumberFormat(language).format(count) },
  ], items);
}

function openData({ say, language }: Context, stats: Stats): Child[] {
  const name = (period: string) =>
    period.startsWith('fy') ? say('stats.fiscal_year', { year: period.slice(2) }) : pointName(period, language, false);
  return [
    h('h2', {}, say('stats.open_data')),
    h('p', { class: 'note' }, say('stats.open_data_note', { count: stats.smallest_count })),
    stats.periods.length === 0 ? h('p', {}, say('stats.open_data_none'))
      : h('ul', { class: 'downloads' }, stats.periods.map((period) =>
        h('li', {}, h('a', { href: `/console/api/open_data/${encodeURIComponent(period)}`, download: `kiosk_use_${period}.csv`, 'data-key': `open_data.${period}` },
          say('stats.open_data_of', { period: name(period) }))))),
  ];
}

// ---- names ----

/** What a newer kiosk says is told by its own name. */
function nameOf(key: string, name: string, say: Say): string {
  return isKey(key) ? say(key) : name;
}

/** "lesson_step.2" is the second of its kind. */
function stepName(step: string, say: Say): string {
  const [, kind, number] = /^(.+)\.(\d+)$/.exec(step) ?? [];
  if (kind === undefined || number === undefined) return nameOf(`step.${step}`, step, say);
  return say('step.numbered', { step: nameOf(`step.${kind}`, kind, say), number });
}

function languageName(tag: string, language: Language): string {
  try {
    return new Intl.DisplayNames(language, { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

function dayName(day: string, language: Language): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
}
