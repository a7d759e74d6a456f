/** A file that breaks exactly one rule, at the place in the workspace where the rule must hold. */
export interface LintFixture {
  readonly rule: string
  readonly file: string
  readonly code: string
  /** Part of the rule's own message, where one rule stands for several prohibitions. */
  readonly because?: string
  /** Other files the fixture needs. */
  readonly beside?: Readonly<Record<string, string>>
}
