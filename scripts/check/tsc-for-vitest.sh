#!/bin/sh
# The type checker of vitest: tsc that keeps nothing from run to run. vitest would have it keep that in its own folder,
# which may be read-only, and which runs side by side share. The last of two equal options counts.
exec tsc "$@" --tsBuildInfoFile /dev/null
