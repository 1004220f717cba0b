#!/usr/bin/env python3
"""Compares the meeting optimizer with OR-tools CP-SAT and the MIP solver of HiGHS on the same events and seconds.

usage: meet.py SOLVER EVENT... [--seconds S] [--threads N] [--no-others]

SOLVER is the built example `meet_bench`, an EVENT a file in the format ems/1 (.json or .json.gz). The other two get a
plain model: for each request and slot a yes/no variable, team members chosen one by one, places counted by size and owner.
They maximize the weight (level 1); where every request has to take place they minimize the gaps instead. Their models leave
out rules that cannot be counted (steps between zones, single tables), so they solve an easier problem; nothing is held
against them for it. Whoever has not answered long after the seconds are over is stopped. Never writes a file."""

import argparse
import collections
import gzip
import json
import math
import multiprocessing
import os
import pathlib
import subprocess
import time


def read(path):
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        return json.load(file)


class Event:
    """The parts of an event that the plain model needs; indices as in the file."""

    def __init__(self, data):
        self.data = data
        calendar = data["slots"]
        self.slots = range(len(calendar["utc"]))
        self.day, self.block, self.utc = calendar["day"], calendar["block"], calendar["utc"]
        self.people, self.requests = data["people"], data["requests"]
        self.free = [self.available(person) for person in self.people]
        self.rules = data.get("rules", {})
        self.all_must = all(request.get("must") for request in self.requests)

    def available(self, person):
        away = set(person.get("off", ()))
        free = [t for t in self.slots if t not in away]
        if "hours" in person:
            offset, start, end = person["hours"]
            free = [t for t in free if start <= (self.utc[t] + offset) % 1440 < end]
        return set(free)

    def members(self, party):
        return [party] if party >= 0 else self.data["groups"][-party - 1]

    def allowed(self, request):
        slots = set(request.get("slots", self.slots))
        if "fix" in request:
            slots &= {request["fix"][0]}
        for party in request["p"]:
            slots &= set().union(*(self.free[p] for p in self.members(party)))
        return sorted(slots)

    def remote(self, party):
        return [bool(self.people[p].get("remote")) for p in self.members(party)]


class Rows:
    """Linear rows over yes/no variables, independent of the solver: (coefficients, least, most)."""

    def __init__(self):
        self.count = 0
        self.weight = {}
        self.rows = []

    def variable(self, weight=0):
        self.count += 1
        if weight:
            self.weight[self.count - 1] = weight
        return self.count - 1

    def row(self, terms, least, most):
        self.rows.append((terms, least, most))


def model(event):
    """Rows of the plain model; the sum of the weights is to be maximized. Also the variable of each request and slot."""
    rows, at, sits = Rows(), {}, {}
    for q, request in enumerate(event.requests):
        slots = event.allowed(request)
        for t in slots:
            at[q, t] = rows.variable(0 if event.all_must else request["w"])
        need = 1 if request.get("must") or "fix" in request else 0
        rows.row([(at[q, t], 1) for t in slots], need, 1)
        for t in slots:
            for k, party in enumerate(request["p"]):
                if party >= 0:
                    sits.setdefault((party, t), []).append(at[q, t])
                    continue
                chosen = [(p, rows.variable()) for p in event.members(party) if t in event.free[p]]
                for p, v in chosen:
                    sits.setdefault((p, t), []).append(v)
                rows.row([(v, 1) for _, v in chosen] + [(at[q, t], -1)], 0, 0)
    people(event, rows, sits)
    shared(event, rows, at)
    for q, request in enumerate(event.requests):
        for before in request.get("after", ()):
            for t in event.allowed(request):
                late = [(at[before, s], 1) for s in event.allowed(event.requests[before]) if s >= t]
                for term in late:
                    rows.row([term, (at[q, t], 1)], 0, 1)
    return rows


def people(event, rows, sits):
    """At most one meeting at a time, limits of each day, and the gaps where they are the objective."""
    breaks = []
    for p, person in enumerate(event.people):
        mine = {t: sits[p, t] for t in event.slots if (p, t) in sits}
        for variables in mine.values():
            rows.row([(v, 1) for v in variables], 0, 1)
        everything = [v for variables in mine.values() for v in variables]
        if "max" in person:
            rows.row([(v, 1) for v in everything], 0, person["max"])
        if "day_max" in person:
            for day in set(event.day):
                rows.row([(v, 1) for t in mine if event.day[t] == day for v in mine[t]], 0, person["day_max"])
        if not event.all_must:
            continue
        own = []
        for t in list(event.slots)[2:]:
            line = [s for s in range(t) if event.block[s] == event.block[t]]
            if not event.rules.get("gap_over_off"):
                line = [s for s in line if s in event.free[p]]
            if t not in mine or len(line) < 2:
                continue
            gap = rows.variable(-1)
            own.append(gap)
            for s in line[:-1]:
                if s in mine:
                    # meets at t and s, not in the slot before t: a gap ends here
                    terms = [(v, 1) for v in mine[t] + mine[s]] + [(v, -1) for v in mine.get(line[-1], ())]
                    rows.row(terms + [(gap, -1)], -9, 1)
        breaks.append(own)
    spread = event.rules.get("max_break_spread")
    # Whoever has one meeting at most has no gap, so nobody may have more than the spread.
    asked = collections.Counter(party for request in event.requests for party in request["p"])
    if spread is not None and any(asked[p] < 2 for p in range(len(event.people))):
        for own in breaks:
            rows.row([(v, 1) for v in own], 0, spread)


def shared(event, rows, at):
    """Places, virtual meetings and resources, counted slot by slot."""
    data = event.data
    for t in event.slots:
        here = [q for q in range(len(event.requests)) if (q, t) in at]
        remote = {q: [event.remote(party) for party in event.requests[q]["p"]] for q in here}
        onsite = [q for q in here if not any(any(r) for r in remote[q])]
        virtual = [q for q in here if any(all(r) for r in remote[q])]
        if "place_count" in data:
            places = data["place_count"]
        else:
            places = sum(t not in place.get("off", ()) for place in data["places"])
        rows.row([(at[q, t], 1) for q in onsite], 0, places)
        if "virtual_cap" in data:
            rows.row([(at[q, t], 1) for q in virtual], 0, data["virtual_cap"])
        for k, resource in enumerate(data.get("resources", ())):
            terms = [(at[q, t], n) for q in here for r, n in event.requests[q].get("use", ()) if r == k]
            rows.row(terms, 0, resource["cap"][t])


def cp_sat(rows, seconds, threads):
    from ortools.sat.python import cp_model

    m = cp_model.CpModel()
    x = [m.new_bool_var("") for _ in range(rows.count)]
    for terms, least, most in rows.rows:
        m.add_linear_constraint(sum(c * x[v] for v, c in terms), least, most)
    m.maximize(sum(c * x[v] for v, c in rows.weight.items()))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = threads
    status = solver.solve(m)
    if status == cp_model.INFEASIBLE:
        return "infeasible", None, None
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    value = round(solver.objective_value) if found else None
    # Before its presolve is through it reports 0, which is no bound.
    limit = None if status == cp_model.UNKNOWN else round(solver.best_objective_bound)
    return solver.status_name(status).lower(), value, limit


def highs(rows, seconds, threads):
    import highspy

    h = highspy.Highs()
    h.setOptionValue("output_flag", False)
    h.setOptionValue("time_limit", float(seconds))
    h.setOptionValue("threads", threads)
    for v in range(rows.count):
        h.addVar(0, 1)
        h.changeColIntegrality(v, highspy.HighsVarType.kInteger)
        h.changeColCost(v, rows.weight.get(v, 0))
    for terms, least, most in rows.rows:
        total = {}
        for v, c in terms:
            total[v] = total.get(v, 0) + c
        h.addRow(least, most, len(total), list(total), list(total.values()))
    h.changeObjectiveSense(highspy.ObjSense.kMaximize)
    h.run()
    status = h.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return "infeasible", None, None
    info = h.getInfo()
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    proven = status == highspy.HighsModelStatus.kOptimal
    value = round(info.objective_function_value) if found else None
    # Infinite as long as no bound is known.
    limit = round(info.mip_dual_bound) if math.isfinite(info.mip_dual_bound) else None
    return ("optimal" if proven else "feasible" if found else "unknown"), value, limit


def answer(line, solver, event, seconds, threads):
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # HiGHS greets before it can be told to be silent
    line.send(solver(model(event), seconds, threads))


def in_time(solver, event, seconds, threads):
    """The answer of another solver in a process of its own, since neither keeps its limit while it prepares a large model."""
    here, there = multiprocessing.Pipe()
    work = multiprocessing.Process(target=answer, args=(there, solver, event, seconds, threads))
    work.start()
    there.close()
    try:
        return here.recv() if here.poll(3 * seconds + 10) else ("stopped", None, None)
    except EOFError:
        return "failed", None, None
    finally:
        work.kill()
        work.join()


def ours(solver, path, seconds, threads):
    done = subprocess.run([solver, str(seconds), str(threads), str(path)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


def main():
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("solver")
    args.add_argument("events", type=pathlib.Path, nargs="+")
    args.add_argument("--seconds", type=float, default=10)
    args.add_argument("--threads", type=int, default=2)
    args.add_argument("--no-others", action="store_true")
    args.add_argument("--best", type=pathlib.Path, help="CSV: event, best value on record, seconds on record")
    args = args.parse_args()
    best = {}
    if args.best:
        lines = args.best.read_text(encoding="utf-8").split()[1:]
        best = {line.split(",")[0]: line.split(",")[1:3] for line in lines}
    print("event | goal | on record | Musubi | CP-SAT | HiGHS MIP", "--- | --- | --- | --- | --- | ---", sep="\n")
    for path in args.events:
        event = Event(read(path))
        name, record = event.data["name"], best.get(event.data["name"], ["", ""])
        result = ours(args.solver, path, args.seconds, args.threads)
        goal = "gaps" if event.all_must else "weight"
        sign, word = (-1, "at least") if event.all_must else (1, "at most")
        level = -result["vector"][3] if event.all_must else result["weight"]
        bound = result["least_gaps"] if event.all_must else result["bound"]
        cells = [f"{result['status'].lower()} {level} ({word} {bound}) {result['seconds']} s"]
        for other in () if args.no_others else (cp_sat, highs):
            begin = time.time()
            status, value, limit = in_time(other, event, args.seconds, args.threads)
            value, limit = ("–" if v is None else sign * v for v in (value, limit))
            # Seconds include the building of the model.
            cells.append(f"{status} {value} ({word} {limit}) {time.time() - begin:.1f} s")
        print(" | ".join([name, goal, " in ".join(record).strip(" in"), *cells]), flush=True)


if __name__ == "__main__":
    main()
