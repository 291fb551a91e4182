/** The settings at the top of every script. */
export declare const MODE: string;
export declare const JOBS: number;
export declare const WORKERS: number | null;
export declare const MIN_SECONDS: number;
export declare const MAX_SECONDS: number;
export declare const WORK: string;
export declare const SEED: number;
