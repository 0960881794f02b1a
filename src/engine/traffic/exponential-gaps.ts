/** Gaps between independent arrivals, as a table of quantiles. */
import { tableMean, tabulateQuantiles, type QuantileTable } from "../service/quantile-table.ts";

/** Exponential gaps with the given mean; scaled so that the table's own mean is exact. */
export function exponentialTable(mean: number): QuantileTable {
  const table = tabulateQuantiles((probability) => -Math.log1p(-probability));
  const scale = mean / tableMean(table);
  for (let i = 0; i < table.length; i++) table[i] = (table[i] ?? 0) * scale;
  return table;
}
