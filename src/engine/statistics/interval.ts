/** Two ends between which a figure lies. Each end is one-sided: it holds with the stated confidence by itself. */
export interface Ends {
  readonly low: number;
  readonly high: number;
}
