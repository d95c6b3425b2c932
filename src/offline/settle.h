// Completes a reading: the table it is about, defaults for what was left open, and a check that
// nothing of the question was dropped.
#pragma once

#include "offline/scene.h"

namespace tabletalk::offline {

/// Runs last. Afterwards intent is complete, or intent.missing says why there is none.
void Settle(Scene& scene);

/// Words for what a row is ("people", "items", "of all campaigns"), where they restrict nothing. A
/// step of Settle.
void UseRowNouns(Scene& scene);

/// What part of what: "what share of A is B". A step of Settle.
void SettleShare(Scene& scene);

/// "owners who have no cat": what has none of something. A step of Settle.
void SettleAbsence(Scene& scene);

/// Turns "which X has the highest Y" and "top n X by Y" into groups and an order, or into rows
/// where every X has one row. A step of Settle.
void SettleRanking(Scene& scene);

/// The aggregate of a number that was named without one ("revenue by month"), by what its column
/// is. Fails the reading where a total and an average are both plausible. A step of Settle.
void SettleAggregates(Scene& scene);

/// The column of every span and grain of time; periods that exclude each other become sides.
void SettleTimes(Scene& scene);

/// "how many" without a noun must leave no doubt which table is meant. A step of Settle.
void CheckCountedTable(Scene& scene);

/// The measure of a count. A step of Settle.
void SettleCount(Scene& scene);

/// Groups that a condition on a count or an average keeps. A step of Settle.
void SettleHaving(Scene& scene);

/// The main time of the home table, or of the nearest table that its rows belong to.
std::optional<ColumnId> HomeTime(Scene& scene);

/// A grain on a column of years is the column itself; anything finer does not exist there. Gives a
/// group by time without a grain the one that fits its span.
bool FitGrain(Scene& scene, Group& group);

/// Leaves out rows that hold the totals of other rows, and says so. A step of DoubtResult.
void LeaveOutTotals(Scene& scene);

/// Amounts in several currencies or units are kept apart. A step of DoubtResult.
void KeepUnitsApart(Scene& scene);

/// Doubts about what an intent computes, however it came about: totals among the values, averages
/// per thing.
void DoubtResult(Scene& scene);

/// What no reader has used counts against the reading.
void CheckLeftovers(Scene& scene);

}  // namespace tabletalk::offline
