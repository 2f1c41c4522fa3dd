// Badges that open help sessions: which there are, a new one, one that is lost.

import { Refused } from '../api';
import { h, replaceContent } from '../dom';
import { BadgeKindNames, HelperRoleNames, type BadgeSeen, type HelperRole, type NewBadge } from '../generated/messages';
import { ask, labelled, moment, newsPlace, refusalWords, sendingForm, table, type Column, type Context, type Page } from '../page';

/** Of the badge's hash, enough to tell two badges of a list apart. */
const mark_length = 8;
const kinds = [...BadgeKindNames, 'sha256'] as const;
type Kind = (typeof kinds)[number];

export function badgesPage(context: Context): Page {
  const { say, api } = context;
  const news = newsPlace();
  const place = h('div', {}, h('p', {}, say('app.loading')));
  const failed = (error: unknown) => news.tell(refusalWords(error, say), true);
  const load = async () => {
    const { badges } = await api.badges();
    replaceContent(place, badges.length === 0 ? h('p', { class: 'empty' }, say('badges.none'))
      : table(say('badges.list'), columns(context, revoke), badges));
  };
  const revoke = ({ badge, helper }: BadgeSeen) => {
    const run = async () => {
      await api.revokeBadge(badge);
      await load();
      news.tell(say('badges.done_revoke', { number: helper }));
    };
    ask(context, say('badges.revoke_sure', { number: helper }), say('badges.revoke'), () => void run().catch(failed));
  };
  void load().catch(failed);
  return {
    title: say('badges.title'),
    view: h(
      'div',
      {},
      h('h1', { tabindex: -1 }, say('badges.title')),
      h('p', {}, say('badges.lead')),
      news.view,
      h('h2', {}, say('badges.list')),
      place,
      h('h2', {}, say('badges.add')),
      addForm(context, async (number) => {
        await load();
        news.tell(say('badges.done_add', { number }));
      }, (error, number) => {
        if (error instanceof Refused && error.code === 'taken') news.tell(say('badges.taken', { number }), true);
        else failed(error);
      }),
    ),
  };
}

function columns({ say, language }: Context, revoke: (badge: BadgeSeen) => void): Column<BadgeSeen>[] {
  return [
    { label: say('badges.number'), cell: ({ helper }) => helper },
    { label: say('badges.role'), cell: ({ role }) => say(`role.${role}`) },
    {
      label: say('badges.state'),
      cell: ({ revoked_at }) => (revoked_at === undefined ? h('span', { class: 'mark good' }, say('badges.valid'))
        : h('span', { class: 'mark bad' }, say('badges.revoked', { when: moment(revoked_at, language) }))),
    },
    { label: say('badges.account'), cell: ({ account }) => account ?? say('badges.no_account') },
    { label: say('badges.mark'), cell: ({ badge }) => h('code', {}, badge.slice(0, mark_length)) },
    {
      label: say('staff.actions'),
      cell: (one) => one.revoked_at === undefined && h('button', {
        type: 'button', class: 'secondary small', 'data-key': `revoke.${one.badge}`,
        'aria-label': say('badges.revoke_of', { number: one.helper }), click: () => revoke(one),
      }, say('badges.revoke')),
    },
  ];
}

function addForm({ say, api }: Context, added: (number: string) => Promise<void>, failed: (error: unknown, number: string) => void): HTMLElement {
  const helper = h('input', { type: 'text', autocomplete: 'off', maxlength: 64, 'data-key': 'badge.helper' });
  const role = h('select', {}, HelperRoleNames.map((one) => h('option', { value: one }, say(`role.${one}`))));
  const kind = h('select', {}, kinds.map((one) => h('option', { value: one }, say(`badges.kind_${one}`))));
  const card = h('input', { type: 'text', autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', maxlength: 128 });
  return sendingForm(
    [
      labelled('badge-helper', say('badges.helper'), say('badges.helper_note'), helper),
      labelled('badge-role', say('badges.role'), null, role),
      labelled('badge-kind', say('badges.kind'), null, kind),
      labelled('badge-card', say('badges.card'), say('badges.card_note'), card),
    ],
    say('badges.submit'),
    async () => {
      const number = helper.value.trim();
      await api.addBadge(newBadge(number, role.value as HelperRole, kind.value as Kind, card.value));
      helper.value = card.value = '';
      await added(number);
    },
    (error) => {
      failed(error, helper.value.trim());
      (helper.value.trim() === '' ? helper : card).focus();
    },
  );
}

function newBadge(helper: string, role: HelperRole, kind: Kind, card: string): NewBadge {
  const digits = card.replace(/[\s:-]/g, '').toLowerCase();
  return kind === 'sha256' ? { helper, role, sha256: digits } : { helper, role, kind, number: digits };
}
