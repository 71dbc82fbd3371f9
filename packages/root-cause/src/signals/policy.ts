// The numbers that metrics are judged by, in one place so that a bench can halve and double each and see what depends on it. Pure.

export type SignalPolicy = {
  /** Robust deviations: below half of the first nothing is noticed; the second sets how fast certainty grows. */
  noticeDeviations: number;
  sureDeviations: number;
  mostDeviations: number;
  /** Share of its level that a series has to move by, where it has no spread of its own. */
  floorOfLevel: number;
  floorOfAvailability: number;
  floorOfErrors: number;
  /** Points of time before the incident from which on a baseline is trusted in full. */
  baselinePoints: number;
  /** Part of an anomaly that what is called can explain away. */
  explainable: number;
  /** Weight that is left to an entity whose excess is no part of the symptom's. */
  withoutExcess: number;
  metricPoints: number;
  /** Points lost by what no call leads to, and by where the incident was noticed. */
  unreached: number;
  noticedHere: number;
};

export const SIGNAL_POLICY: SignalPolicy = {
  noticeDeviations: 3,
  sureDeviations: 8,
  mostDeviations: 40,
  floorOfLevel: 0.03,
  floorOfAvailability: 0.0005,
  floorOfErrors: 0.05,
  baselinePoints: 20,
  explainable: 0.9,
  withoutExcess: 0.25,
  metricPoints: 3.4,
  unreached: 1.2,
  noticedHere: 0.6,
};
