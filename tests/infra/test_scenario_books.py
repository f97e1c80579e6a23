"""A second way of counting: plain sums over the lines of a scenario, with none of the product's code."""

from calendar import monthrange
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction

RATES = {"双色球": 36, "七乐彩": 36, "福彩3D": 34, "快乐8": 30, "即开票": 20}
"""Percent of sales that go to the welfare fund (财政部2021年公告)."""


class Books:
    """What lines add up to, corrections and withdrawals counted."""

    def __init__(self, lines):
        self.made = {line["id"]: line for line in lines}
        self.said = defaultdict(list)
        for line in lines:
            self.said[line["command"]].append(line)
        self.hosts = {line["id"]: line["args"] for line in self.said["facility.register"]}
        out = {line["args"]["stream"]["$ref"] for line in self.said["entry.withdraw"]}
        fixed = {line["args"]["stream"]["$ref"]: line["args"]["args"] for line in self.said["entry.correct"]}
        self.entries = [
            self._entry({**line["args"], **fixed.get(line["id"], {})}, line["occurred_on"])
            for line in self.said["activity.log"]
            if line["id"] not in out
        ]
        left = {line["args"]["stay"]["$ref"]: line["occurred_on"] for line in self.said["stay.discharge"]}
        self.stays = [
            (self._stay(line["args"]), line["occurred_on"], left.get(line["id"], "9999-12-31"))
            for line in self.said["stay.admit"]
        ]
        self.facts = defaultdict(list)
        for command in ("facility.register", "facility.report_nil", "fund.appropriate", "fund.allot", "batch.pay"):
            getattr(self, "_" + command.replace(".", "_"))(self.said[command])
        self._back(self.said["batch.return_line"], -1, "fund.returned")
        self._back(self.said["batch.reissue_line"], 1, "fund.paid")
        self._street_and_station()
        self._oversight()
        self._outlets()

    def ask(self, figure, region=None, where=None, from_=None, to=None, as_of=None, by=None):
        """The value of a figure as exact text; by region the values of the counties."""
        assert region.endswith("00")
        first, last = (str(day or "") for day in (from_, to or as_of))
        if by == "region":
            places = {place for _, _, place, _ in self.entries}
            return {place: self._activity(figure, first, last, place) for place in places}
        if figure.startswith("activity."):
            return self._activity(figure, first, last)
        return str(self._counted(figure, where or {}, first, last))

    def _activity(self, figure, first, last, place=None):
        total = sum(
            amounts.get(figure, 0)
            for _, day, at, amounts in self.entries
            if first <= day.isoformat() <= last and place in (None, at)
        )
        return format(Decimal(total).normalize(), "f")

    def _counted(self, figure, where, first, last):
        stays = [stay for stay in self.stays if all(stay[0][k] == v for k, v in where.items() if k in stay[0])]
        if figure.startswith("stay."):
            return {
                "stay.present": lambda: sum(came <= last < left for _, came, left in stays),
                "stay.admitted": lambda: sum(first <= came <= last for _, came, _ in stays),
                "stay.discharged": lambda: sum(first <= left <= last for _, _, left in stays),
            }[figure]()
        found = [
            (amount, member)
            for day, amount, member, dims in self.facts[figure]
            if (first or "0") <= day <= last and all(dims.get(k) == v for k, v in where.items())
        ]
        if figure in ("batch.recipients", "outlet.rectified", "facility.regions"):
            net = Counter()
            for amount, member in found:
                net[member] += amount
            return sum(amount > 0 for amount in net.values())
        value = sum(amount for amount, _ in found)
        return format(Decimal(value.numerator) / value.denominator, "f") if isinstance(value, Fraction) else value

    def fact(self, figure, line, amount, member=None, **dims):
        """Enter one thing that counts."""
        day = line.get("occurred_on") or line["occurred_at"][:10]
        self.facts[figure].append((day, amount, member or line["id"], dims))

    def _facility_register(self, lines):
        for line in lines:
            its = {"kind": line["args"]["kind"], "setting": line["args"].get("setting")}
            for figure in ("facility.registered", "facility.opened"):
                self.fact(figure, line, 1, **its)
            self.fact("facility.regions", line, 1, line["args"]["region"], **its)

    def _facility_report_nil(self, lines):
        for line in lines:
            kind = self.hosts[line["args"]["facility"]["$ref"]]["kind"]
            self.fact("facility.nil_reports", line, 1, kind=kind, subject=line["args"]["subject"])

    def _fund_appropriate(self, lines):
        for line in lines:
            self.fact("fund.appropriated", line, Fraction(line["args"]["amount_fen"], 100), **self._money(line["id"]))

    def _fund_allot(self, lines):
        for line in lines:
            self.fact("fund.allotted", line, Fraction(line["args"]["amount_fen"], 100), **self._money(line["id"]))

    def _money(self, fund):
        """The source and the programme of a fund: those of the one that it came from."""
        args = self.made[fund]["args"]
        if "fund" in args:
            return self._money(args["fund"]["$ref"])
        return {"source": args["source"], "programme": args["programme"]}

    def _batch_pay(self, lines):
        held = {
            (line["args"]["batch"]["$ref"], line["args"]["person"]["$ref"]) for line in self.said["batch.hold_line"]
        }
        for line in lines:
            batch = line["args"]["batch"]["$ref"]
            for one in self.made[batch]["args"]["lines"]:
                if (batch, one["person"]["$ref"]) not in held:
                    self._paid(line, batch, one, 1, "fund.paid")

    def _back(self, lines, times, figure):
        for line in lines:
            batch, person = line["args"]["batch"]["$ref"], line["args"]["person"]["$ref"]
            one = next(o for o in self.made[batch]["args"]["lines"] if o["person"]["$ref"] == person)
            self._paid(line, batch, one, times, figure)

    def _paid(self, line, batch, one, times, figure):
        args = self.made[batch]["args"]
        dims = {"source": self._money(args["fund"]["$ref"])["source"], "programme": args["programme"]}
        for counted in ("batch.payments", "batch.recipients"):
            self.fact(counted, line, times, one["person"]["$ref"], **dims)
        self.fact(figure, line, Fraction(one["amount_fen"], 100), **dims)

    def _street_and_station(self):
        for line in self.said["patrol.record"]:
            self.fact("patrol.rounds", line, 1)
            for name in ("persuaded", "leaflets", "street_aid"):
                self.fact(f"patrol.{name}", line, line["args"].get(name, 0))
        for line in self.said["rescue.receive"]:
            self.fact("rescue.received", line, 1, kind=self.hosts[line["args"]["station"]["$ref"]]["kind"])
        for line in self.said["rescue.leave"]:
            if line["args"]["outcome"] == "escorted_home":
                self.fact("rescue.escorted", line, 1)

    def _oversight(self):
        for command, figure in (("rating.apply", "rating.applied"), ("incident.record", "incident.occurred")):
            for line in self.said[command]:
                self.fact(figure, line, 1)
        for line in self.said["complaint.receive"]:
            self.fact("complaint.received", line, 1, channel=line["args"]["channel"])

    def _outlets(self):
        contracts = {line["id"]: line["args"]["facility"]["$ref"] for line in self.said["outlet.contract"]}
        for line in self.said["outlet.correct"]:
            self.fact("outlet.rectified", line, 1, contracts[line["args"]["outlet"]["$ref"]])
        for line in self.said["outlet.post_sales"]:
            args, (year, month) = line["args"], map(int, line["args"]["month"].split("-"))
            day = min(date(year, month, monthrange(year, month)[1]).isoformat(), line["occurred_on"])
            for figure, percent in (("outlet.sales", 100), ("outlet.welfare_fund", RATES[args["game"]])):
                self.facts[figure].append((day, Fraction(args["amount_fen"] * percent, 10_000), line["id"], {}))

    def _stay(self, args):
        return {"kind": self.hosts[args["facility"]["$ref"]]["kind"], "category": args["category"]}

    def _entry(self, args, day):
        amounts = {f"activity.{args['type']}.{name}": Decimal(str(n)) for name, n in args["quantities"].items()}
        if "amount_fen" in args:
            amounts[f"activity.{args['type']}.amount"] = Decimal(args["amount_fen"]) / 100
        place = args.get("region") or self.hosts[args["facility"]["$ref"]]["region"]
        return args["type"], date.fromisoformat(day), place, amounts
