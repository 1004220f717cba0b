#!/usr/bin/env python3
"""Compares engine::ties with igraph (and networkx up to 5,000 nodes) on one graph.

usage: ties.py BENCH FILE

BENCH is the built example `ties_bench`, FILE has lines `a,b,strength` with numbers from 0. Fails when results differ. Seconds are
processor seconds of all threads; igraph and networkx use one."""

import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time

import igraph
import networkx

# Strengths are in single precision here and in double precision there.
PRECISION = 1e-6
# Both searches for communities draw lots; igraph's modularity differs by as much from seed to seed.
CHANCE = 1e-4


def timed(work):
    begin = time.process_time()
    result = work()
    return result, time.process_time() - begin


def near(ours, theirs):
    pairs = list(zip(ours, theirs, strict=True))
    return all(one is None or abs(one - two) <= PRECISION * max(1.0, abs(two)) for one, two in pairs)


def same_parts(ours, theirs):
    return len(set(zip(ours, theirs, strict=True))) == len(set(ours)) == len(set(theirs))


def main():
    bench, file = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "out.json")
        ours = json.loads(subprocess.run([bench, "run", file, out], check=True, capture_output=True, text=True).stdout)
        with open(out, encoding="utf-8") as text:
            results = json.load(text)
    with open(file, encoding="utf-8") as text:
        rows = [line.split(",") for line in text]
    edges = [(int(a), int(b)) for a, b, _ in rows]
    strengths = [float(strength) for *_, strength in rows]
    graph = igraph.Graph(n=1 + max(map(max, edges)), edges=edges)
    graph.es["weight"] = strengths
    print(f"{graph.vcount()} nodes, {graph.ecount()} ties; load {os.getloadavg()[0]:.1f}")
    compare(graph, ours, results)
    if graph.vcount() <= 5_000:
        beside_networkx(edges, strengths, results)
    for name in ("bridges", "betweenness_sampled", "paths_3", "strongest_path"):
        if name in ours:
            print(f"{name:20} {ours[name]['cpu']:10.5f} s (worst {ours[name]['worst_cpu']:.5f} s)")
    print(f"bridges exact: {ours['bridges_exact']}; sampled error: {ours['error']:.4f}")


def line(name, ours, theirs, right):
    print(f"{name:20} {ours:10.5f} s   igraph {theirs:10.5f} s   {theirs / max(ours, 1e-6):7.1f} x   {'equal' if right else 'DIFFERENT'}")
    if not right:
        sys.exit(f"{name} differs")


def compare(graph, ours, results):
    cpu = lambda name: ours[name]["cpu"]
    degrees, seconds = timed(graph.degree)
    line("degree", cpu("degree"), seconds, degrees == results["degrees"])
    parts, seconds = timed(lambda: graph.connected_components().membership)
    line("components", cpu("components"), seconds, same_parts(results["components"], parts))
    cores, seconds = timed(graph.coreness)
    line("cores", cpu("cores"), seconds, cores == results["cores"])
    constraint, seconds = timed(lambda: graph.constraint(weights="weight"))
    line("constraint", cpu("constraint"), seconds, near(results["constraint"], constraint))
    random.seed(1)
    communities, seconds = timed(lambda: graph.community_leiden("modularity", weights="weight", n_iterations=2))
    theirs = graph.modularity(communities.membership, weights="weight")
    print(f"  modularity {results['modularity']:.6f}, igraph {theirs:.6f}")
    line("leiden", cpu("leiden"), seconds, results["modularity"] >= theirs - CHANCE)
    hops, seconds = timed(lambda: [len(graph.get_shortest_path(a, b)) - 1 for a, b in results["pairs"]])
    line("shortest_path", cpu("shortest_path"), seconds / len(hops), hops == results["hops"])
    if "betweenness" in ours:
        between, seconds = timed(graph.betweenness)
        line("betweenness", cpu("betweenness"), seconds, near(results["betweenness"], between))
    lengths = [-math.log(strength) for strength in graph.es["weight"]]
    for (a, b), strongest in list(zip(results["pairs"], results["strongest"]))[:10]:
        there = graph.distances(a, b, weights=lengths)[0][0]
        if abs(math.exp(-there) - strongest) > PRECISION:
            sys.exit(f"strongest path {a} to {b}: {strongest}, igraph {math.exp(-there)}")


def beside_networkx(edges, strengths, results):
    graph = networkx.Graph()
    graph.add_nodes_from(range(1 + max(map(max, edges))))
    graph.add_weighted_edges_from((a, b, strength) for (a, b), strength in zip(edges, strengths, strict=True))
    cores, seconds = timed(lambda: networkx.core_number(graph))
    print(f"networkx cores {seconds:.3f} s, {'equal' if [cores[v] for v in graph] == results['cores'] else 'DIFFERENT'}")
    # Its time grows with the cube of the degree: a few nodes with few ties are enough to compare.
    some = [v for v in graph if 5 <= graph.degree[v] <= 15][:10]
    constraint, seconds = timed(lambda: networkx.constraint(graph, nodes=some, weight="weight"))
    right = near([results["constraint"][v] for v in some], [constraint[v] for v in some])
    print(f"networkx constraint of 10 nodes {seconds:.3f} s, {'equal' if right else 'DIFFERENT'}")
    if not right:
        sys.exit("constraint differs from networkx")


if __name__ == "__main__":
    main()
