import { ExternalLink } from 'lucide-react';
import type { ComponentProps } from 'react';
import { Link as RouterLink } from 'wouter';
import { classNames } from './class-names.ts';

interface LinkProps extends Omit<ComponentProps<'a'>, 'className' | 'href'> {
  /** A path of the dashboard, or with `external` any address. */
  href: string;
  /** Opens in a new tab, and says so. */
  external?: boolean | undefined;
  /** `text`: in a sentence. `bare`: looks as its surroundings do, such as a row or a card. */
  look?: 'text' | 'bare' | undefined;
  className?: string | undefined;
}

/** Leads to a page. What changes something is a `Button`. */
export function Link({ href, external = false, look = 'text', className, children, ...rest }: LinkProps) {
  const classes = classNames(
    look === 'text' &&
      'rounded-xs text-accent underline decoration-accent/35 underline-offset-2 hover:decoration-accent',
    className,
  );
  if (!external) {
    return (
      <RouterLink href={href} className={classes} {...rest}>
        {children}
      </RouterLink>
    );
  }
  return (
    <a href={href} target="_blank" rel="noreferrer" className={classes} {...rest}>
      {children}
      <ExternalLink aria-label="(opens in a new tab)" className="ml-0.5 inline size-3 align-baseline" />
    </a>
  );
}
