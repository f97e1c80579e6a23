"""A second way of counting: plain sums over the lines of a scenario, with none of the product's code."""

from datetime import date
from decimal import Decimal


class Books:
    """What lines add up to, corrections and withdrawals counted."""

    def __init__(self, lines):
        self.made = {line["id"]: line for line in lines}
        self.hosts = {key: line["args"] for key, line in self.made.items() if line["command"] == "facility.register"}
        out = {line["args"]["stream"]["$ref"] for line in lines if line["command"] == "entry.withdraw"}
        fixed = {
            line["args"]["stream"]["$ref"]: line["args"]["args"] for line in lines if line["command"] == "entry.correct"
        }
        self.entries = [
            self._entry({**line["args"], **fixed.get(key, {})}, line["occurred_on"])
            for key, line in self.made.items()
            if line["command"] == "activity.log" and key not in out
        ]
        left = {
            line["args"]["stay"]["$ref"]: line["occurred_on"] for line in lines if line["command"] == "stay.discharge"
        }
        self.stays = [
            (self._stay(line["args"]), line["occurred_on"], left.get(key, "9999-12-31"))
            for key, line in self.made.items()
            if line["command"] == "stay.admit"
        ]

    def ask(self, figure, region=None, where=None, from_=None, to=None, as_of=None):
        """The value of a figure as exact text."""
        assert region.endswith("00")
        first, last = (str(day or "") for day in (from_, as_of or to))
        if figure.startswith("activity."):
            total = sum(
                amounts.get(figure, 0) for _, day, _, amounts in self.entries if first <= day.isoformat() <= last
            )
            return format(Decimal(total).normalize(), "f")
        return str(self._counted(figure, where or {}, first, last))

    def _counted(self, figure, where, first, last):
        hosts = [
            (line["args"], line["occurred_on"]) for line in self.made.values() if line["command"] == "facility.register"
        ]
        hosts = [(args, day) for args, day in hosts if day <= last and all(args.get(k) == v for k, v in where.items())]
        stays = [stay for stay in self.stays if all(stay[0][k] == v for k, v in where.items())]
        return {
            "facility.registered": lambda: len(hosts),
            "facility.opened": lambda: sum(day >= first for _, day in hosts),
            "facility.regions": lambda: len({args["region"] for args, _ in hosts}),
            "stay.present": lambda: sum(came <= last < left for _, came, left in stays),
            "stay.admitted": lambda: sum(first <= came <= last for _, came, _ in stays),
            "stay.discharged": lambda: sum(first <= left <= last for _, _, left in stays),
        }[figure]()

    def _stay(self, args):
        return {"kind": self.hosts[args["facility"]["$ref"]]["kind"], "category": args["category"]}

    def _entry(self, args, day):
        amounts = {f"activity.{args['type']}.{name}": Decimal(str(n)) for name, n in args["quantities"].items()}
        if "amount_fen" in args:
            amounts[f"activity.{args['type']}.amount"] = Decimal(args["amount_fen"]) / 100
        place = args.get("region") or self.hosts[args["facility"]["$ref"]]["region"]
        return args["type"], date.fromisoformat(day), place, amounts
