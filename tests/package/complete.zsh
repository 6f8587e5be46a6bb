# Completes each line that it is given in an interactive zsh, and prints what the line becomes when Tab is pressed at its end.
zmodload zsh/zpty
zpty shell 'TERM=dumb PS1= PS2= zsh -f -i'
zpty -w shell 'unsetopt prompt_cr prompt_sp; bindkey -e; autoload -U compinit; compinit -u -D; source <(plimsoll completion zsh)'
# The key that follows Tab prints the line, between signs that no line has, and empties it.
zpty -w shell 'told() { print -r -- "<$BUFFER>"; BUFFER=; }; zle -N told; bindkey "^X" told; print ready-$((1 + 1))'
zpty -r -m shell answer '*ready-2*'
for line; do
  zpty -n -w shell "$line"$'\t\x18'
  zpty -r -m shell answer '*<*>*'
  answer=${answer##*<}
  print -r -- "${answer%%>*}"
done
zpty -d shell
