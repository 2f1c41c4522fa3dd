"""The summary table."""

import checks


def summary(report, results, ledger, out, fault=None):
    """The table for people."""
    lines = ["", f"Madoguchi demo: {report['outcome']}" + (f"  (fault: {fault.name}: {fault.what})" if fault else ""), ""]
    if kill := report.get("kill"):
        kept = ", and the same card brought the paper" if kill["told"] == "paper_kept" else ""
        lines += [f"  the power failed at {kill['at']}; the resident was told: {kill['told']}{kept}", ""]
    lines += [f"  {step['name']:<28}{step['ms']:>8} ms" for step in report["steps"]]
    total = sum(step["ms"] for step in report["steps"])
    lines += [f"  {'the whole visit':<28}{total:>8} ms", ""]
    terminal = "" if ledger is None else f"   (the terminal's ledger: {checks.net_yen(ledger)} yen)"
    lines += [f"  {'APDUs to the card':<28}{report['apdus']:>8}",
              f"  {'charged':<28}{report['charged_yen']:>8} yen{terminal}",
              f"  {'pages':<28}{report['pages']:>8}", ""]
    return "\n".join([*lines, *_marked(results), "", f"  {out}", ""])


def of_checks(title, results, out):
    """The table of what is no visit."""
    return "\n".join(["", f"Madoguchi demo: {title}", "", *_marked(results), "", f"  {out}", ""])


def _marked(results):
    for check in results:
        mark = {True: "ok", False: "FAIL", None: "--"}[check.passed]
        yield f"  {mark:<5}{check.what}" + (f": {check.detail}" if check.detail else "")
