import { balancedOrder } from './balanced-order.js'
import { median } from './median.js'

/** What is measured beside others: gives its figures, by name, each time it is asked. */
export interface Subject<F extends string> {
  readonly name: string
  measure(): Promise<Readonly<Record<F, number>>>
}

/** All figures of all rounds. */
export class Measurements<F extends string> {
  readonly #bySubject = new Map<string, Readonly<Record<F, number>>[]>()

  add(subject: string, figures: Readonly<Record<F, number>>): void {
    const rounds = this.#bySubject.get(subject) ?? []
    rounds.push(figures)
    this.#bySubject.set(subject, rounds)
  }

  get subjects(): readonly string[] {
    return [...this.#bySubject.keys()]
  }

  raw(subject: string, figure: F): readonly number[] {
    return (this.#bySubject.get(subject) ?? []).map((figures) => figures[figure])
  }

  median(subject: string, figure: F): number {
    return median(this.raw(subject, figure))
  }

  /** How many times the one subject's median is the other's. */
  ratio(figure: F, of: string, to: string): number {
    return this.median(of, figure) / this.median(to, figure)
  }

  /** How many times the one's figure is the other's, turn by turn. */
  pairedRatios(figure: F, of: string, to: string): readonly number[] {
    const theirs = this.raw(to, figure)
    return this.raw(of, figure).map((ours, turn) => ours / (theirs[turn] ?? NaN))
  }

  /**
   * The median of how many times the one's figure is the other's, turn by turn. A machine that is slow for several turns slows
   * both figures of each of these down, but seldom leaves as many turns of the one as of the other on either side of the medians.
   */
  pairedRatio(figure: F, of: string, to: string): number {
    return median(this.pairedRatios(figure, of, to))
  }
}

/**
 * Measures the subjects in turn, round after round, so that what disturbs the machine disturbs all of them.
 *
 * A round before the first warms up what lies outside of the processes (files in memory) and is not counted.
 */
export async function interleaved<F extends string>(
  subjects: readonly Subject<F>[],
  rounds: number,
): Promise<Measurements<F>> {
  const measurements = new Measurements<F>()
  for (let round = 0; round <= rounds; round++) {
    for (const subject of subjects) {
      const figures = await subject.measure()
      if (round > 0) measurements.add(subject.name, figures)
    }
  }
  return measurements
}

/** Measures each of the subjects once, in the order of this turn, and adds what they gave. */
export async function takeTurn<F extends string, S extends { readonly name: string }>(
  { subjects, turn }: { readonly subjects: readonly S[]; readonly turn: number },
  measure: (subject: S) => Promise<Readonly<Record<F, number>>>,
  measurements: Measurements<F>,
): Promise<void> {
  const figures = new Map<S, Readonly<Record<F, number>>>()
  for (const subject of balancedOrder(subjects, turn)) figures.set(subject, await measure(subject))
  for (const subject of subjects) {
    const measured = figures.get(subject)
    if (measured) measurements.add(subject.name, measured)
  }
}
