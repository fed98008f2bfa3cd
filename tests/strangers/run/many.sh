# Runs programs, each by itself: many.sh FOLDER. Beside each NAME.sh come NAME.out and NAME.err.
for program in "$1"/*.sh; do
    (. "$program") >"${program%.sh}.out" 2>"${program%.sh}.err" || :
done
