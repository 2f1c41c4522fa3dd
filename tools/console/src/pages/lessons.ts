// The lessons, to be read along beside a resident. A lesson is begun at the kiosk, by the resident.

import { h, replaceContent, type Child } from '../dom';
import type { LessonEntry, LessonStep } from '../generated/messages';
import { newsPlace, refusalWords, table, type Column, type Context, type Page } from '../page';
import type { Language } from '../words';

type Words = Record<string, string>;

const inLanguage = (words: Words, language: Language): string => words[language] ?? words['ja'] ?? '';

export function lessonsPage(context: Context, topic: string): Page {
  const { say, api } = context;
  const news = newsPlace();
  const place = h('div', {}, h('p', {}, say('app.loading')));
  const heading = h('h1', { tabindex: -1 }, say('lessons.title'));
  api.lessons().then(({ lessons }) => {
    const chosen = lessons.find((one) => one.topic === topic);
    if (chosen) heading.textContent = inLanguage(chosen.title, context.language);
    replaceContent(place, chosen ? lesson(context, chosen) : list(context, lessons));
  }).catch((error: unknown) => {
    replaceContent(place);
    news.tell(refusalWords(error, say), true);
  });
  return { title: say('lessons.title'), view: h('div', {}, heading, news.view, place) };
}

function list(context: Context, lessons: LessonEntry[]): Child {
  const { say, language } = context;
  if (lessons.length === 0) return h('p', {}, say('lessons.none'));
  const columns: Column<LessonEntry>[] = [
    {
      label: say('lessons.name'),
      cell: (one) => h('a', { href: `#/lessons/${one.topic}`, 'data-key': `lesson.${one.topic}` }, inLanguage(one.title, language)),
    },
    { label: say('lessons.about'), cell: (one) => inLanguage(one.about, language) },
    { label: say('lessons.time'), cell: (one) => say('lessons.minutes', { minutes: one.minutes }) },
    { label: say('lessons.steps'), cell: (one) => String(one.steps.length) },
  ];
  return [h('p', { class: 'note' }, say('lessons.lead')), table(say('lessons.title'), columns, lessons)];
}

function lesson(context: Context, one: LessonEntry): Child {
  const { say, language } = context;
  const lines = (all: Words[]) => h('ul', {}, all.map((each) => h('li', {}, inLanguage(each, language))));
  return [
    h('p', {}, h('a', { href: '#/lessons', 'data-key': 'lessons.back' }, say('lessons.back'))),
    h('p', {}, `${inLanguage(one.about, language)} ${say('lessons.minutes', { minutes: one.minutes })}`),
    h('ol', { class: 'lesson-steps' }, one.steps.map((each) => h('li', {}, step(context, each)))),
    h('h2', {}, say('lessons.can')),
    lines(one.can),
    h('h2', {}, say('lessons.remember')),
    lines(one.remember),
  ];
}

function step(context: Context, one: LessonStep): Child {
  const { say, language } = context;
  const { check } = one;
  return [
    h('h2', {}, inLanguage(one.title, language)),
    one.text.map((each) => h('p', {}, inLanguage(each, language))),
    one.practice && h('p', { class: 'note' }, say(`lessons.practice_${one.practice}`)),
    check && h('div', { class: 'lesson-check' },
      h('p', {}, inLanguage(check.question, language)),
      h('ul', {}, check.answers.map((answer) =>
        h('li', { class: answer.right ? 'right' : '' }, inLanguage(answer.text, language),
          answer.right && h('span', { class: 'item-state' }, say('lessons.right'))))),
      h('p', { class: 'note' }, say('lessons.hint', { hint: inLanguage(check.hint, language) }))),
  ];
}
