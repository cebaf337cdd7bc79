import type { FailureListener } from "../gateway/compose.ts";
import type { AdmittedContribution } from "../gateway/contribution_set.ts";
import type { RuntimeStatus } from "../gateway/runtime_status.ts";
import type { HealthMonitor } from "../health.ts";

/** What the admin router shows and asks. */
export interface AdminOptions {
  readonly adminToken: () => string | undefined;
  readonly listening: () => { readonly address: string } | undefined;
  readonly health: HealthMonitor;
  readonly status: () => RuntimeStatus;
  readonly contributions: readonly AdmittedContribution[];
  readonly onFailure: FailureListener;
}
