import { h, replaceContent } from '../dom';
import { StaffRoleNames, type AddedStaff, type StaffEntry, type StaffRole } from '../generated/messages';
import {
  ask, labelled, moment, newsPlace, refusalWords, sendingForm, showDialog, table, type Column, type Context, type Page,
} from '../page';

type Action = 'disable' | 'enable' | 'end_sessions' | 'reset_totp' | 'change_badge';

export function staffPage(context: Context): Page {
  const { say, api } = context;
  const news = newsPlace();
  const place = h('div', {}, h('p', {}, say('app.loading')));
  const failed = (error: unknown) => news.tell(refusalWords(error, say), true);

  const load = async () => {
    const { staff } = await api.staff();
    replaceContent(place, table(say('staff.list'), columns(context, act), staff));
  };
  const run = async (action: 'disable' | 'enable' | 'end_sessions', name: string) => {
    await api.changeStaff(name, action);
    await load();
    news.tell(say(`staff.done_${action}`, { name }));
  };
  const reset = async (name: string) => {
    const made = await api.resetSecondFactor(name);
    await load();
    showNewKey(name, made.otpauth, context);
  };
  const tie = async (name: string, helper: string) => {
    await api.tieBadge(name, helper);
    await load();
    news.tell(say('staff.done_badge', { name }));
  };
  const act = (action: Action, { name, badge }: StaffEntry) => {
    if (action === 'change_badge') askBadge(context, name, badge ?? '', (helper) => void tie(name, helper).catch(failed));
    else if (action === 'reset_totp') ask(context, say('staff.reset_totp_sure', { name }), say('staff.reset_totp'), () => void reset(name).catch(failed));
    else if (action === 'enable') void run(action, name).catch(failed);
    else ask(context, say(`staff.${action}_sure`, { name }), say(`staff.${action}`), () => void run(action, name).catch(failed));
  };
  void load().catch(failed);
  return {
    title: say('staff.title'),
    view: h(
      'div',
      {},
      h('h1', { tabindex: -1 }, say('staff.title')),
      news.view,
      h('h2', {}, say('staff.list')),
      place,
      h('h2', {}, say('staff.add')),
      addForm(context, async (added) => {
        news.tell('');
        await load();
        handOver(added, context);
      }, failed),
    ),
  };
}

function columns({ say, language, me }: Context, act: (action: Action, one: StaffEntry) => void): Column<StaffEntry>[] {
  const button = (action: Action, one: StaffEntry) =>
    h('button', {
      type: 'button', class: 'secondary small', 'data-key': `${action}.${one.name}`,
      'aria-label': say(`staff.${action}_of`, { name: one.name }), click: () => act(action, one),
    }, say(`staff.${action}`));
  return [
    { label: say('staff.name'), cell: ({ name }) => name },
    { label: say('staff.role'), cell: ({ role }) => say(`role.${role}`) },
    { label: say('staff.badge'), cell: ({ badge }) => badge ?? say('staff.no_badge') },
    {
      label: say('staff.state'),
      cell: ({ disabled }) =>
        h('span', { class: disabled ? 'mark bad' : 'mark good' }, say(disabled ? 'staff.disabled' : 'staff.active')),
    },
    { label: say('staff.sessions'), cell: ({ sessions }) => say('staff.sessions_count', { count: sessions }) },
    {
      label: say('staff.last_login'),
      cell: ({ last_login_at }) => (last_login_at === undefined ? say('staff.never') : moment(last_login_at, language)),
    },
    {
      label: say('staff.actions'),
      // Nobody shuts himself out.
      cell: (one) => [button('change_badge', one), one.name !== me.name && [
        button('reset_totp', one), one.sessions > 0 && button('end_sessions', one), button(one.disabled ? 'enable' : 'disable', one)]],
    },
  ];
}

function addForm({ say, api }: Context, added: (staff: AddedStaff) => Promise<void>, failed: (error: unknown) => void): HTMLElement {
  const name = h('input', { type: 'text', autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', maxlength: 32 });
  const role = h('select', {}, StaffRoleNames.map((one) => h('option', { value: one }, say(`role.${one}`))));
  const badge = badgeInput('');
  return sendingForm(
    [
      labelled('staff-name', say('staff.name'), say('staff.name_note'), name),
      labelled('staff-role', say('staff.role'), null, role),
      labelled('staff-badge', say('staff.badge_number'), say('staff.badge_note'), badge),
    ],
    say('staff.submit'),
    async () => {
      const number = badge.value.trim();
      const made = await api.addStaff({ name: name.value.trim(), role: role.value as StaffRole, ...(number !== '' && { badge: number }) });
      name.value = badge.value = '';
      await added(made);
    },
    (error) => {
      failed(error);
      name.focus();
    },
  );
}

function badgeInput(value: string): HTMLInputElement {
  return h('input', { type: 'text', autocomplete: 'off', maxlength: 64, value });
}

function askBadge({ say }: Context, name: string, now: string, act: (helper: string) => void): void {
  const input = badgeInput(now);
  const form = h('form', { novalidate: true },
    labelled('own-badge', say('staff.badge_number'), say('staff.badge_note'), input),
    h('div', { class: 'buttons' },
      h('button', { type: 'button', class: 'secondary', click: () => dialog.close() }, say('app.cancel')),
      h('button', { type: 'submit', class: 'primary' }, say('staff.save'))));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    dialog.close();
    act(input.value.trim());
  });
  const dialog = showDialog(h('h2', { id: 'dialog-title' }, say('staff.change_badge_of', { name })), form);
}

/** An authenticator's setup key in groups that can be read aloud. */
function setupKey(otpauth: string): string {
  return (new URL(otpauth).searchParams.get('secret') ?? '').match(/.{1,4}/g)?.join(' ') ?? '';
}

function showNewKey(name: string, otpauth: string, { say }: Context): void {
  const dialog = showDialog(
    h('h2', { id: 'dialog-title', tabindex: -1, autofocus: true }, say('staff.reset_title', { name })),
    h('p', {}, say('staff.added_once')),
    h('dl', {}, h('div', {}, h('dt', {}, say('staff.added_secret')), h('dd', {}, h('code', {}, setupKey(otpauth))))),
    h('p', { class: 'note' }, say('staff.reset_note')),
    h('div', { class: 'buttons' }, h('button', { type: 'button', class: 'primary', click: () => dialog.close() }, say('app.close'))),
  );
}

/** Shows what is said once. */
function handOver(added: AddedStaff, { say }: Context): void {
  const dialog = showDialog(
    h('h2', { id: 'dialog-title', tabindex: -1, autofocus: true }, say('staff.added_title', { name: added.name })),
    h('p', {}, say('staff.added_once')),
    h(
      'dl',
      {},
      h('div', {}, h('dt', {}, say('staff.name')), h('dd', {}, h('code', {}, added.name))),
      h('div', {}, h('dt', {}, say('staff.added_password')), h('dd', {}, h('code', {}, added.password))),
      h('div', {}, h('dt', {}, say('staff.added_secret')), h('dd', {}, h('code', {}, setupKey(added.otpauth)))),
    ),
    h('p', { class: 'note' }, say('staff.added_note')),
    h('div', { class: 'buttons' },
      h('button', { type: 'button', class: 'primary', click: () => dialog.close() }, say('app.close'))),
  );
}
