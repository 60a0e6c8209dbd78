/** The hook of Hookline. */
export function Logo() {
  return (
    <svg aria-hidden viewBox="0 0 32 32" className="size-5 shrink-0">
      <rect width="32" height="32" rx="7" className="fill-accent-solid" />
      <path
        d="M9 7v11a6 6 0 0 0 12 0v-2m-4 3 4-4 4 4"
        className="fill-none stroke-on-solid stroke-[2.6]"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
