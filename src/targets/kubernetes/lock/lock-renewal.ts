import { DiagnosticError, finding } from "../../../diagnostics/index.ts";
import { type Cluster, type ClusterSetting, createCluster } from "../api/cluster.ts";
import { ApiError, isStatus } from "../api/error.ts";
import type { LiveObject } from "../api/live-object.ts";
import { type Claim, type Claimant, claimOf, holderOf, leaseRef, renewRequest } from "./lease.ts";

/** The right to write to a stack, as long as it lasts. */
export interface Lock {
  /** Aborted, with a `DiagnosticError` (`lock-lost`), when the lock can no longer be relied on. */
  readonly signal: AbortSignal;
  /** Throws unless the lock is surely ours at this moment. Called before each write. */
  check(): void;
  /** Gives the lock back, also after an interrupt. What the network prevents, the end of the lease does. */
  release(): Promise<void>;
}

/** The Lease after a write of ours, and when that was sent, on our clock. */
export interface Taken {
  readonly object: LiveObject;
  readonly sentAt: number;
}

/**
 * A lock that was taken, renewed every third of the lease. It counts as lost when the last renewal that arrived was sent
 * two thirds ago: others wait for the whole, so what was written before has an answer until then.
 */
export class HeldLock implements Lock {
  readonly #claimant: Claimant;
  readonly #cluster: Cluster;
  readonly #lost = new AbortController();
  readonly #stopped = new AbortController();
  readonly #over = AbortSignal.any([this.#lost.signal, this.#stopped.signal]);
  readonly #loops: Promise<unknown>;
  #held: Taken;
  #renewals = 0;
  #trouble: ApiError | undefined;
  /** Whether the Lease is another than the one we know. */
  #doubted = false;
  #released: Promise<void> | undefined;

  constructor(setting: ClusterSetting, claimant: Claimant, taken: Taken) {
    this.#claimant = claimant;
    this.#held = taken;
    // Renewals wait behind no other call, and an interrupt does not end them: what is under way still has to be ended.
    this.#cluster = createCluster({ ...setting, signal: new AbortController().signal });
    this.#loops = Promise.all([this.#renew(), this.#watch()]);
  }

  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  check(): void {
    // A process that was suspended comes here before its timers do.
    if (this.#stopped.signal.aborted || this.#left() <= 0) this.#lose("late");
    this.signal.throwIfAborted();
  }

  release(): Promise<void> {
    this.#released ??= this.#giveBack();
    return this.#released;
  }

  async #renew(): Promise<void> {
    while (await this.#slept(this.#untilNext(), this.#over)) {
      // Suspended for so long that it must not be renewed any more.
      if (this.#left() <= 0) this.#lose("late");
      else await this.#attempt();
    }
  }

  async #watch(): Promise<void> {
    while (await this.#slept(this.#left(), this.#over)) if (this.#left() <= 0) this.#lose("late");
  }

  async #attempt(): Promise<void> {
    try {
      await this.#within(this.#lease / 6, cluster => (this.#doubted ? this.#settle(cluster) : this.#write(cluster)));
      this.#trouble = undefined;
    } catch (cause) {
      if (!(cause instanceof ApiError)) return this.#lost.abort(cause);
      this.#trouble = cause;
      this.#doubted ||= isStatus(cause, 404, 409);
    }
  }

  async #write(cluster: Cluster): Promise<void> {
    const sentAt = this.#now();
    const request = renewRequest(this.#claimant, this.#held.object, ++this.#renewals);
    const { body } = await cluster.call(request, { attempts: 1 });
    this.#held = { object: body as LiveObject, sentAt };
  }

  async #settle(cluster: Cluster): Promise<void> {
    const claim = await this.#look(cluster);
    if (claim === undefined) return this.#lose("removed");
    if (claim.identity !== this.#claimant.identity) return this.#lose("taken", holderOf(claim.identity));
    this.#doubted = false;
  }

  /** A renewal whose answer was lost leaves a Lease that is ours but not the one we know. */
  async #look(cluster: Cluster): Promise<Claim | undefined> {
    const object = await cluster.get(leaseRef(this.#claimant.stack));
    if (object === undefined) return undefined;
    const claim = claimOf(object);
    if (claim.identity === this.#claimant.identity) this.#held = { ...this.#held, object };
    return claim;
  }

  async #giveBack(): Promise<void> {
    this.#stopped.abort();
    await this.#loops;
    try {
      await this.#within(this.#lease / 3, cluster => this.#remove(cluster));
    } catch (cause) {
      // The lease ends by itself.
      if (!(cause instanceof ApiError)) throw cause;
    }
  }

  async #remove(cluster: Cluster, mayLook = true): Promise<void> {
    const { uid, resourceVersion } = this.#held.object.metadata;
    try {
      await cluster.remove(leaseRef(this.#claimant.stack), { uid, resourceVersion });
    } catch (cause) {
      if (!mayLook || !isStatus(cause, 409)) throw cause;
      const claim = await this.#look(cluster);
      if (claim?.identity === this.#claimant.identity) await this.#remove(cluster, false);
    }
  }

  /** Runs calls that have an answer in time, or none. */
  async #within<T>(limit: number, work: (cluster: Cluster) => Promise<T>): Promise<T> {
    const late = new AbortController();
    const done = new AbortController();
    void this.#slept(limit, done.signal).then(over => {
      if (over) late.abort(new ApiError("no answer in time", { status: 0, reason: "ETIMEDOUT" }));
    });
    try {
      return await work(this.#cluster.until(late.signal));
    } finally {
      done.abort();
    }
  }

  /** Whether the time passed before the signal came. */
  async #slept(milliseconds: number, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#cluster.effects.sleep(Math.max(0, milliseconds), signal);
    } catch (cause) {
      if (!signal.aborted) throw cause;
    }
    return !signal.aborted;
  }

  #lose(why: "late" | "removed" | "taken", holder?: string): void {
    const args = { stack: this.#claimant.stack, why, holder };
    this.#lost.abort(new DiagnosticError([finding("lock-lost", { argument: "" }, args)], { cause: this.#trouble }));
  }

  #untilNext(): number {
    if (this.#trouble === undefined) return this.#lease / 3 - this.#age();
    const { effects, timing } = this.#cluster;
    return Math.min(timing.retry, this.#lease / 10) * (0.5 + effects.random() / 2);
  }

  /** How long the lock can still be relied on. */
  #left(): number {
    return (this.#lease * 2) / 3 - this.#age();
  }

  #age(): number {
    return this.#now() - this.#held.sentAt;
  }

  #now(): number {
    return this.#cluster.effects.now();
  }

  get #lease(): number {
    return this.#cluster.timing.lease;
  }
}
