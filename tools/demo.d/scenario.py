"""What the demo's resident does on each screen, as emulator-resident's table (tools/emulators/resident/scenario.h)."""


def base(language, pin, own_card, own_terminal, own_printer):
    """A visit in which everything goes well: screen -> steps. A device of somebody else's is left to its owner."""
    choose_language = "press language.en | " if language == "en" else ""
    take_paper = "do printer take, " if own_printer else ""
    return {
        # Until all devices have answered.
        "out_of_service": "-",
        "recovering": "-",
        "welcome": choose_language + "press service.certificate",
        "place_card": "do card insert" if own_card else "-",
        "reading_card": "-",
        "pin": pin_steps(pin),
        "identifying": "-",
        "kind": "press kind.residence",
        "options": "press next",
        "quoting": "-",
        "review": "press pay",
        "preparing": "-",
        "pay": "do terminal pay" if own_terminal else "-",
        "pay_checking": "-",
        "pay_stopping": "-",
        "printing": "-",
        "giving_back": "-",
        # Nobody may be there to take a foreign card, and until it is taken the kiosk does not believe in an end.
        "take": (f"do card remove | {take_paper}press taken" if own_card
                 else f"- | {take_paper}try taken | try taken | try taken"),
        "slip_printing": "-",
        "satisfaction": "press rate.5",
        "goodbye": "press end",
        "error.*": "press end",
        "remove_card": "do card remove" if own_card else "-",
    }


def after_power_cut(pin):
    """The resident stands there and reads, until somebody says that the paper is kept: then the card brings it."""
    return base("ja", pin, own_card=True, own_terminal=True, own_printer=True) | {
        "welcome": "do read aftermath, press service.certificate",
        "take_up": "-",
    }


def pin_steps(pin):
    return " | ".join([*(f"press digit.{digit}" for digit in pin), "press pin.ok"])


def wrong(pin):
    return "9876" if pin != "9876" else "6789"


def table(rows, replaced, pin):
    """The table's text. `replaced` rows may say {pin} and {wrong_pin} for the steps that type one."""
    typed = {"pin": pin_steps(pin), "wrong_pin": pin_steps(wrong(pin))}
    rows = rows | {name: steps.format(**typed) for name, steps in replaced.items()}
    width = max(len(name) for name in rows)
    return "".join(f"{name:<{width}}  {steps}\n" for name, steps in rows.items())


def helped(rows, language, badge):
    """The same visit with a volunteer beside the resident: `rows` with what the helper does meanwhile."""
    choose_language = "press language.en | " if language == "en" else ""
    return rows | {
        "welcome": (f"{choose_language}do card felica {badge}"
                    " | do helper join, do helper point service.certificate, press service.certificate"
                    " | do helper point service.lessons, press service.lessons"
                    " | do helper end solved"
                    " | -"),
        "help_checking": "-",
        "help_consent": "do card remove, press help.yes",
        "remove_badge": "-",
        "kind": "do helper measure kind.residence kind.tax 100, do helper point kind.residence, press kind.residence",
        "pin": "do helper unseen, " + rows["pin"],
        "options": "do helper point next, press next",
        "review": "do helper look review, do helper point pay, press pay",
        "satisfaction": "do helper look satisfaction, press rate.5",
        "help_satisfaction": "press rate.5",
    } | lesson(language)


def consulted(language):
    """A call by video that is lost twice: text both ways, a page, a paper, an interpreter."""
    choose_language = "press language.en | " if language == "en" else ""
    written = {"ja": "はい", "en": "yes"}[language]
    told = {"ja": "こんにちは。ご用件をどうぞ", "en": "Hello._How_can_we_help?"}[language]
    caption = {"ja": "少しお待ちください", "en": "One_moment_please"}[language]
    page = {"ja": "児童手当 1._申請書を書く;2._窓口に出す", "en": "Child_allowance 1._Fill_in_the_form;2._Bring_it_to_us"}[language]
    typed = ", ".join(f"when key.{letter}" for letter in written)
    return {
        "out_of_service": "-",
        "recovering": "-",
        "welcome": f"{choose_language}when service.consult | -",
        "consult_asking": "-",
        "consult_topics": "press topic.general",
        "consult_consent": "press agree",
        "consult_preview": "when call",
        "consult_waiting": "do counsel answer",
        "consult_call": ("do counsel seen 60, do kill kiosk-call, do counsel seen 30, do kill front, do counsel seen 30"
                         f", do counsel write {told}"
                         f", when keyboard, {typed}, when key.done, do counsel read {written}, when keyboard"
                         f", do counsel caption {caption}, do counsel page {page} https://www.city.toyonaka.osaka.jp/"
                         ", do counsel look desk, when page, do counsel ring microphone"
                         ", do counsel invite en, do counsel seen 30, do counsel look three"
                         ", do counsel dismiss, do counsel seen 30, do counsel finish solved"),
        "consult_satisfaction": "press rate.5",
        "consult_over": "press end",
    }


# What the practice of typing asks for, key by key.
PRACTISED = {"ja": "さくら", "en": "sakura"}


def lesson(language):
    """「スマホのさわり方」 from its first step to the page to take home, which the resident wants."""
    typed = " | ".join(f"press key.{letter}" for letter in PRACTISED[language])

    def practised(how, rounds):
        return " | ".join([f"{how} practice.target"] * rounds + ["press next"])
    return {
        "lessons.1": "do helper point lesson.touch_basics, press lesson.touch_basics",
        "lesson_step.1": "do helper look lesson, press next",
        "lesson_practice.1": practised("press", 3),
        "lesson_practice.2": practised("hold", 2),
        "lesson_practice.3": practised("swipe", 2),
        "lesson_practice.4": f"{typed} | press next",
        **{f"lesson_step.{step}": "press next" for step in range(2, 6)},
        "lesson_check.5": "press answer.2 | press next",
        "lesson_done": "do helper point sheet, press sheet",
        "lesson_printing": "-",
        "lesson_take": "do printer take, press end",
    }
